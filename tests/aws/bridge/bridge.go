package main

import (
	"context"
	"sync"

	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/proto"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/pf/tfbridge"
	bridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
)

// instance is one process of the Terraform provider behind one server of Pulumi's protocol.
type instance struct {
	server  pulumirpc.ResourceProviderServer
	process *terraformProcess
	shim    shim.Provider
	region  string
	// How many plugins use it.
	users int
}

// pool keeps the instances by their configuration, because starting and configuring one takes seconds, and the engine
// asks for a plugin with every command.
type pool struct {
	program, version string
	// File with the schema of its types.
	schema string
	lock   sync.Mutex
	// Not configured yet: checks configurations, and becomes the first configured one.
	spare      *instance
	configured map[string]*instance
	// Answers about configurations, by what was asked.
	checked sync.Map
}

func newPool(program, version, schema string) *pool {
	return &pool{program: program, version: version, schema: schema, configured: map[string]*instance{}}
}

// unconfigured answers the questions that need no configuration.
func (p *pool) unconfigured(ctx context.Context) (*instance, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	for _, one := range p.configured {
		return one, nil
	}
	return p.spareOne(ctx)
}

func (p *pool) spareOne(ctx context.Context) (*instance, error) {
	if p.spare == nil {
		made, err := p.start(ctx)
		if err != nil {
			return nil, err
		}
		p.spare = made
	}
	return p.spare, nil
}

// take returns the instance for a configuration; the caller gives it back with drop.
func (p *pool) take(ctx context.Context, key, region string, request *pulumirpc.ConfigureRequest) (*instance, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if found, ok := p.configured[key]; ok {
		found.users++
		return found, nil
	}
	made, err := p.spareOne(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := made.server.Configure(ctx, request); err != nil {
		return nil, err
	}
	p.spare = nil
	made.region = region
	made.users = 1
	p.configured[key] = made
	return made, nil
}

// drop ends instances that nobody uses, but for the last one: the next command will ask for it.
func (p *pool) drop(used *instance) {
	p.lock.Lock()
	defer p.lock.Unlock()
	used.users--
	for key, one := range p.configured {
		if one.users == 0 && one != used {
			delete(p.configured, key)
			go one.process.endProcess()
		}
	}
}

func (p *pool) close() {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.spare != nil {
		p.spare.process.endProcess()
	}
	for _, one := range p.configured {
		one.process.endProcess()
	}
}

func (p *pool) start(ctx context.Context) (*instance, error) {
	process, err := startTerraform(p.program)
	if err != nil {
		return nil, err
	}
	schema, err := readSchema(ctx, process.client)
	if err != nil {
		process.endProcess()
		return nil, err
	}
	provider := proto.New(ctx, &terraformServer{client: process.client, schema: schema})
	info := bridge.ProviderInfo{
		P: provider, Name: "aws", Version: p.version, ResourcePrefix: "aws",
		Resources: describeResources(), DataSources: describeFunctions(),
		MetadataInfo:                  &bridge.MetadataInfo{Data: bridge.ProviderMetadata(nil)},
		EnableAccuratePFBridgePreview: true,
	}
	server, err := tfbridge.NewProviderServer(ctx, nil, info, tfbridge.ProviderMetadata{PackageSchema: []byte("{}")})
	if err != nil {
		process.endProcess()
		return nil, err
	}
	return &instance{server: server, process: process, shim: provider}, nil
}
