package main

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// awsPlugin is the aws provider as one engine command sees it. It passes calls on to an instance of the bridge and adds
// what Pulumi's aws provider adds to the bridge. What concerns resources is in resources.go.
type awsPlugin struct {
	pulumirpc.UnimplementedResourceProviderServer
	pool *pool
	// Folder that the engine's relative paths are meant in.
	base  string
	files *fileStore
	lock  sync.Mutex
	used  *instance
}

// instance is the one that Configure chose.
func (p *awsPlugin) instance() (*instance, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.used == nil {
		return nil, status.Error(codes.FailedPrecondition, "the provider was not configured")
	}
	return p.used, nil
}

// close gives the instance back: the engine command has ended.
func (p *awsPlugin) close() {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.used != nil {
		p.pool.drop(p.used)
		p.used = nil
	}
}

func (p *awsPlugin) GetPluginInfo(context.Context, *emptypb.Empty) (*pulumirpc.PluginInfo, error) {
	return &pulumirpc.PluginInfo{Version: p.pool.version}, nil
}

func (p *awsPlugin) Attach(context.Context, *pulumirpc.PluginAttach) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

func (p *awsPlugin) Cancel(context.Context, *emptypb.Empty) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// CheckConfig remembers its answers: the Terraform provider checks its own 1,500 types with every configuration, which takes
// more than all the rest of a preview, and each engine command asks. The answers do not depend on the stack.
func (p *awsPlugin) CheckConfig(ctx context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	configuration := clone(request)
	configuration.Urn, configuration.Name, configuration.RandomSeed = "", "", nil
	asked, err := proto.MarshalOptions{Deterministic: true}.Marshal(configuration)
	if err != nil {
		return nil, err
	}
	if answer, known := p.pool.checked.Load(string(asked)); known {
		return clone(answer.(*pulumirpc.CheckResponse)), nil
	}
	one, err := p.pool.unconfigured(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := one.server.CheckConfig(ctx, request)
	if err == nil {
		p.pool.checked.Store(string(asked), clone(answer))
	}
	return answer, err
}

// DiffConfig adds what Pulumi's aws provider does: another region replaces every resource.
func (p *awsPlugin) DiffConfig(ctx context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	one, err := p.pool.unconfigured(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := one.server.DiffConfig(ctx, request)
	if err != nil {
		return nil, err
	}
	olds, news := request.GetOlds().GetFields()["region"], request.GetNews().GetFields()["region"]
	if olds.GetStringValue() != news.GetStringValue() {
		answer.Replaces = append(answer.Replaces, "region")
	}
	return answer, nil
}

// Configure takes the instance that has this configuration already, or a new one.
func (p *awsPlugin) Configure(
	ctx context.Context, request *pulumirpc.ConfigureRequest,
) (*pulumirpc.ConfigureResponse, error) {
	key, err := json.Marshal(request.GetArgs().AsMap())
	if err != nil {
		return nil, err
	}
	region := request.GetArgs().GetFields()["region"].GetStringValue()
	if region == "" {
		region = os.Getenv("AWS_REGION")
	}
	taken, err := p.pool.take(ctx, string(key), region, request)
	if err != nil {
		return nil, err
	}
	p.lock.Lock()
	defer p.lock.Unlock()
	p.used = taken
	return &pulumirpc.ConfigureResponse{SupportsPreview: true}, nil
}

// Invoke calls a data source. aws 7 adds a `region` to the arguments of each, and to the answer of getRegion, where it was `name` before.
func (p *awsPlugin) Invoke(ctx context.Context, request *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	one, err := p.instance()
	if err != nil {
		return nil, err
	}
	sent := clone(request)
	delete(sent.GetArgs().GetFields(), "region")
	answer, err := one.server.Invoke(ctx, sent)
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(request.GetTok(), ":getRegion") {
		addMissing(answer.GetReturn(), "region", answer.GetReturn().GetFields()["name"])
	}
	return answer, nil
}

func addMissing(values *structpb.Struct, name string, value *structpb.Value) {
	if _, known := values.GetFields()[name]; !known {
		values.Fields[name] = value
	}
}
