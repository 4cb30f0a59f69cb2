package main

import (
	"context"
	"fmt"
	"strings"

	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"
)

// Each call about a resource goes the same way: a copy of the request, its properties in the bridge's terms, is answered
// by the bridge, and the properties of the answer are put back into the terms of Pulumi's aws provider.

// served is who answers for a resource, and what its properties mean there. A failed translation is kept in err, so that
// a request is written down in one piece and checked once.
type served struct {
	*instance
	*translator
	err error
}

// serving finds the instance and the type that a URN asks for.
func (p *awsPlugin) serving(urn string) (*served, error) {
	one, err := p.instance()
	if err != nil {
		return nil, err
	}
	token, err := tokenOf(urn)
	if err != nil {
		return nil, err
	}
	for name, kind := range resourceTypes {
		if kind.token == token {
			described := one.shim.ResourcesMap().Get(name)
			return &served{instance: one, translator: newTranslator(kind, described, p.files, p.base)}, nil
		}
	}
	return nil, fmt.Errorf("tests/aws/bridge does not serve aws:%s: add a row to types.go", token)
}

// tokenOf is the type in a URN, without the package's name.
func tokenOf(urn string) (string, error) {
	parts := strings.Split(urn, "::")
	if len(parts) < 4 {
		return "", fmt.Errorf("%s is no URN", urn)
	}
	types := strings.Split(parts[2], "$")
	return strings.TrimPrefix(types[len(types)-1], "aws:"), nil
}

// inputs are properties that the program gave.
func (s *served) inputs(values *structpb.Struct) *structpb.Struct {
	return s.keep(s.toTerraform(values, false))
}

// toApply are inputs whose files the provider will read, unless it is a preview.
func (s *served) toApply(values *structpb.Struct, preview bool) *structpb.Struct {
	return s.keep(s.toTerraform(values, !preview))
}

// state is what the engine remembers of a resource.
func (s *served) state(values *structpb.Struct, id string) *structpb.Struct {
	return s.keep(s.stateToTerraform(values, id))
}

func (s *served) keep(values *structpb.Struct, err error) *structpb.Struct {
	if s.err == nil {
		s.err = err
	}
	return values
}

// Check also gives the automatic name, and says which properties the Terraform provider does not know.
func (p *awsPlugin) Check(ctx context.Context, request *pulumirpc.CheckRequest) (*pulumirpc.CheckResponse, error) {
	one, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	given := one.named(copyOf(request.GetNews()), request)
	if failures := one.unknownProperties(given); len(failures) > 0 {
		return &pulumirpc.CheckResponse{Failures: failures}, nil
	}
	sent := clone(request)
	sent.Autonaming = nil
	sent.News = one.inputs(given)
	sent.Olds = one.inputs(request.GetOlds())
	if one.err != nil {
		return nil, one.err
	}
	answer, err := one.server.Check(ctx, sent)
	if err != nil {
		return nil, err
	}
	answer.Inputs = one.fromTerraform(answer.Inputs, given)
	one.keepGiven(answer.Inputs, given)
	return answer, nil
}

// Diff also compares what the Terraform provider does not know, and lets a resource go first whose name is given.
func (p *awsPlugin) Diff(ctx context.Context, request *pulumirpc.DiffRequest) (*pulumirpc.DiffResponse, error) {
	one, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	sent := clone(request)
	sent.Olds = one.state(request.GetOlds(), request.GetId())
	sent.OldInputs = one.inputs(request.GetOldInputs())
	sent.News = one.inputs(request.GetNews())
	if one.err != nil {
		return nil, one.err
	}
	answer, err := one.server.Diff(ctx, sent)
	if err != nil {
		return nil, err
	}
	removeMarks(answer)
	one.addNewer(answer, request)
	if len(answer.Replaces) > 0 && one.keepsGivenName(request) {
		answer.DeleteBeforeReplace = true
	}
	return answer, nil
}

func (p *awsPlugin) Create(ctx context.Context, request *pulumirpc.CreateRequest) (*pulumirpc.CreateResponse, error) {
	one, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	sent := clone(request)
	sent.Properties = one.toApply(request.GetProperties(), request.GetPreview())
	if err := one.refuse(request.GetProperties()); err != nil {
		return nil, err
	}
	answer, err := one.server.Create(ctx, sent)
	if err != nil {
		return nil, err
	}
	answer.Properties = one.stateFrom(answer.Properties, one.region, request.GetProperties())
	return answer, nil
}

func (p *awsPlugin) Update(ctx context.Context, request *pulumirpc.UpdateRequest) (*pulumirpc.UpdateResponse, error) {
	one, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	sent := clone(request)
	sent.Olds = one.state(request.GetOlds(), request.GetId())
	sent.OldInputs = one.inputs(request.GetOldInputs())
	sent.News = one.toApply(request.GetNews(), request.GetPreview())
	if err := one.refuse(request.GetNews()); err != nil {
		return nil, err
	}
	answer, err := one.server.Update(ctx, sent)
	if err != nil {
		return nil, err
	}
	answer.Properties = one.stateFrom(answer.Properties, one.region, request.GetNews())
	return answer, nil
}

func (p *awsPlugin) Read(ctx context.Context, request *pulumirpc.ReadRequest) (*pulumirpc.ReadResponse, error) {
	one, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	sent := clone(request)
	sent.Properties = one.state(request.GetProperties(), request.GetId())
	sent.Inputs = one.inputs(request.GetInputs())
	if one.err != nil {
		return nil, one.err
	}
	answer, err := one.server.Read(ctx, sent)
	if err != nil || answer.GetId() == "" {
		return answer, err
	}
	answer.Properties = one.stateFrom(answer.Properties, one.region, request.GetProperties())
	answer.Inputs = one.fromTerraform(answer.Inputs, request.GetInputs())
	one.keepGiven(answer.Inputs, request.GetInputs())
	return answer, nil
}

func (p *awsPlugin) Delete(ctx context.Context, request *pulumirpc.DeleteRequest) (*emptypb.Empty, error) {
	one, err := p.serving(request.GetUrn())
	if err != nil {
		return nil, err
	}
	sent := clone(request)
	sent.Properties = one.state(request.GetProperties(), request.GetId())
	sent.OldInputs = one.inputs(request.GetOldInputs())
	if one.err != nil {
		return nil, one.err
	}
	return one.server.Delete(ctx, sent)
}

// refuse says why the provider cannot be asked to make this: a failed translation, or a property that it does not know.
func (s *served) refuse(values *structpb.Struct) error {
	if s.err != nil {
		return s.err
	}
	return s.refuseNewer(values)
}

// removeMarks takes the bridge's own properties (`__meta`) out of what changed.
func removeMarks(answer *pulumirpc.DiffResponse) {
	kept := []string{}
	for _, name := range answer.Diffs {
		if !strings.HasPrefix(name, "__") {
			kept = append(kept, name)
		}
	}
	answer.Diffs = kept
	for name := range answer.DetailedDiff {
		if strings.HasPrefix(name, "__") {
			delete(answer.DetailedDiff, name)
		}
	}
}

// clone copies a request, so that whatever is not translated is passed on as it came.
func clone[M proto.Message](request M) M {
	return proto.Clone(request).(M)
}

func copyOf(values *structpb.Struct) *structpb.Struct {
	copied := &structpb.Struct{Fields: map[string]*structpb.Value{}}
	for name, value := range values.GetFields() {
		copied.Fields[name] = value
	}
	return copied
}
