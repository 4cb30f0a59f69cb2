package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"sync"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// awsPlugin is the aws provider as one engine command sees it. It passes calls on to an instance of the bridge and adds
// what Pulumi's aws provider adds to the bridge: see translate.go.
type awsPlugin struct {
	pulumirpc.UnimplementedResourceProviderServer
	pool *pool
	// Folder that the engine's relative paths are meant in.
	folder string
	files  *fileStore
	lock   sync.Mutex
	used   *instance
}

func (p *awsPlugin) instance() (*instance, error) {
	p.lock.Lock()
	defer p.lock.Unlock()
	if p.used == nil {
		return nil, status.Error(codes.FailedPrecondition, "the provider was not configured")
	}
	return p.used, nil
}

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

func (p *awsPlugin) CheckConfig(ctx context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	one, err := p.pool.unconfigured(ctx)
	if err != nil {
		return nil, err
	}
	return one.server.CheckConfig(ctx, request)
}

func (p *awsPlugin) DiffConfig(ctx context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	one, err := p.pool.unconfigured(ctx)
	if err != nil {
		return nil, err
	}
	answer, err := one.server.DiffConfig(ctx, request)
	if err != nil {
		return nil, err
	}
	// Pulumi's aws provider replaces everything when the region changes.
	olds, news := request.GetOlds().GetFields()["region"], request.GetNews().GetFields()["region"]
	if olds.GetStringValue() != news.GetStringValue() {
		answer.Replaces = append(answer.Replaces, "region")
	}
	return answer, nil
}

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

func (p *awsPlugin) Invoke(ctx context.Context, request *pulumirpc.InvokeRequest) (*pulumirpc.InvokeResponse, error) {
	one, err := p.instance()
	if err != nil {
		return nil, err
	}
	args := copyOf(request.GetArgs())
	delete(args.Fields, "region")
	answer, err := one.server.Invoke(ctx, &pulumirpc.InvokeRequest{Tok: request.GetTok(), Args: args, Preview: request.GetPreview()})
	if err != nil {
		return nil, err
	}
	if strings.HasSuffix(request.GetTok(), ":getRegion") {
		// What aws 7 calls `region` was `name` before.
		if _, known := answer.GetReturn().GetFields()["region"]; !known {
			answer.Return.Fields["region"] = answer.Return.Fields["name"]
		}
	}
	return answer, nil
}

func (p *awsPlugin) Check(ctx context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	one, kind, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	given := kind.named(copyOf(request.GetNews()), request)
	if failures := kind.unknownProperties(given); len(failures) > 0 {
		return &pulumirpc.CheckResponse{Failures: failures}, nil
	}
	inputs, err := kind.toTerraform(given, nil)
	if err != nil {
		return nil, err
	}
	olds, err := kind.toTerraform(request.GetOlds(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := one.server.Check(ctx, &pulumirpc.CheckRequest{
		Urn: request.GetUrn(), Olds: olds, News: inputs, RandomSeed: request.GetRandomSeed(), Name: request.GetName(), Type: request.GetType(),
	})
	if err != nil {
		return nil, err
	}
	answer.Inputs = kind.fromTerraform(answer.Inputs, given)
	if _, own := given.Fields["sourceCodeHash"]; !own {
		delete(answer.Inputs.Fields, "sourceCodeHash")
	}
	answer.Inputs.Fields["__defaults"] = given.Fields["__defaults"]
	return answer, nil
}

func (p *awsPlugin) Diff(ctx context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	one, kind, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	olds, err := kind.stateToTerraform(request.GetOlds(), request.GetId())
	if err != nil {
		return nil, err
	}
	news, err := kind.toTerraform(request.GetNews(), nil)
	if err != nil {
		return nil, err
	}
	oldInputs, err := kind.toTerraform(request.GetOldInputs(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := one.server.Diff(ctx, &pulumirpc.DiffRequest{
		Id: request.GetId(), Urn: request.GetUrn(), Olds: olds, News: news, OldInputs: oldInputs,
		IgnoreChanges: request.GetIgnoreChanges(), Name: request.GetName(), Type: request.GetType(),
	})
	if err != nil {
		return nil, err
	}
	answer.Diffs = withoutMarks(answer.Diffs)
	for name := range answer.DetailedDiff {
		if strings.HasPrefix(name, "__") {
			delete(answer.DetailedDiff, name)
		}
	}
	kind.addNewer(answer, request)
	if len(answer.Replaces) > 0 && kind.keepsGivenName(request) {
		answer.DeleteBeforeReplace = true
	}
	return answer, nil
}

func (p *awsPlugin) Create(ctx context.Context, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	one, kind, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	if err := kind.refuseNewer(request.GetProperties()); err != nil {
		return nil, err
	}
	inputs, err := kind.toTerraform(request.GetProperties(), p.filesUnless(request.GetPreview()))
	if err != nil {
		return nil, err
	}
	answer, err := one.server.Create(ctx, &pulumirpc.CreateRequest{
		Urn: request.GetUrn(), Properties: inputs, Timeout: request.GetTimeout(), Preview: request.GetPreview(),
		Name: request.GetName(), Type: request.GetType(),
	})
	if err != nil {
		return nil, err
	}
	answer.Properties = kind.stateFrom(answer.Properties, one.region, request.GetProperties())
	return answer, nil
}

func (p *awsPlugin) Update(ctx context.Context, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	one, kind, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	if err := kind.refuseNewer(request.GetNews()); err != nil {
		return nil, err
	}
	olds, err := kind.stateToTerraform(request.GetOlds(), request.GetId())
	if err != nil {
		return nil, err
	}
	news, err := kind.toTerraform(request.GetNews(), p.filesUnless(request.GetPreview()))
	if err != nil {
		return nil, err
	}
	answer, err := one.server.Update(ctx, &pulumirpc.UpdateRequest{
		Id: request.GetId(), Urn: request.GetUrn(), Olds: olds, News: news, Timeout: request.GetTimeout(),
		IgnoreChanges: request.GetIgnoreChanges(), Preview: request.GetPreview(), Name: request.GetName(), Type: request.GetType(),
	})
	if err != nil {
		return nil, err
	}
	answer.Properties = kind.stateFrom(answer.Properties, one.region, request.GetNews())
	return answer, nil
}

func (p *awsPlugin) Read(ctx context.Context, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	one, kind, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	state, err := kind.stateToTerraform(request.GetProperties(), request.GetId())
	if err != nil {
		return nil, err
	}
	inputs, err := kind.toTerraform(request.GetInputs(), nil)
	if err != nil {
		return nil, err
	}
	answer, err := one.server.Read(ctx, &pulumirpc.ReadRequest{
		Id: request.GetId(), Urn: request.GetUrn(), Properties: state, Inputs: inputs, Name: request.GetName(), Type: request.GetType(),
	})
	if err != nil || answer.GetId() == "" {
		return answer, err
	}
	answer.Properties = kind.stateFrom(answer.Properties, one.region, request.GetProperties())
	answer.Inputs = kind.fromTerraform(answer.Inputs, request.GetInputs())
	kind.keepInputs(answer.Inputs, request)
	return answer, nil
}

func (p *awsPlugin) Delete(ctx context.Context, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	one, kind, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	state, err := kind.stateToTerraform(request.GetProperties(), request.GetId())
	if err != nil {
		return nil, err
	}
	return one.server.Delete(ctx, &pulumirpc.DeleteRequest{
		Id: request.GetId(), Urn: request.GetUrn(), Properties: state, Timeout: request.GetTimeout(), Name: request.GetName(), Type: request.GetType(),
	})
}

// serving finds the instance and the type that a URN asks for.
func (p *awsPlugin) serving(urn string) (*instance, *translator, error) {
	one, err := p.instance()
	if err != nil {
		return nil, nil, err
	}
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return nil, nil, fmt.Errorf("%s is no URN", urn)
	}
	types := strings.Split(parts[2], "$")
	token := strings.TrimPrefix(types[len(types)-1], "aws:")
	for name, kind := range resourceTypes {
		if kind.token == token {
			return one, newTranslator(kind, one.shim.ResourcesMap().Get(name), p.folder), nil
		}
	}
	return nil, nil, fmt.Errorf("tests/aws/bridge does not serve aws:%s: add a row to types.go", token)
}

func (p *awsPlugin) filesUnless(preview bool) *fileStore {
	if preview {
		return nil
	}
	return p.files
}

func withoutMarks(names []string) []string {
	kept := []string{}
	for _, name := range names {
		if !strings.HasPrefix(name, "__") {
			kept = append(kept, name)
		}
	}
	return kept
}

func copyOf(values *structpb.Struct) *structpb.Struct {
	copied := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for name, value := range values.GetFields() {
		copied.Fields[name] = value
	}
	return copied
}
