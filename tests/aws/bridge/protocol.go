package main

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/vendored/tfplugin5"
)

// terraformServer speaks protocol 5 to the provider's process and looks to the bridge like a server of protocol 6.
// The embedded interface is nil: a method that is not here is one that the bridge does not call.
type terraformServer struct {
	tfprotov6.ProviderServer
	client tfplugin5.ProviderClient
	schema *tfprotov6.GetProviderSchemaResponse
}

func (s *terraformServer) GetProviderSchema(
	context.Context, *tfprotov6.GetProviderSchemaRequest,
) (*tfprotov6.GetProviderSchemaResponse, error) {
	return s.schema, nil
}

func (s *terraformServer) ValidateProviderConfig(
	ctx context.Context, request *tfprotov6.ValidateProviderConfigRequest,
) (*tfprotov6.ValidateProviderConfigResponse, error) {
	answer, err := s.client.PrepareProviderConfig(ctx, &tfplugin5.PrepareProviderConfig_Request{Config: sent(request.Config)})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ValidateProviderConfigResponse{
		PreparedConfig: received(answer.PreparedConfig), Diagnostics: diagnostics(answer.Diagnostics),
	}, nil
}

func (s *terraformServer) ConfigureProvider(
	ctx context.Context, request *tfprotov6.ConfigureProviderRequest,
) (*tfprotov6.ConfigureProviderResponse, error) {
	answer, err := s.client.Configure(ctx, &tfplugin5.Configure_Request{
		TerraformVersion: "1.12.0", Config: sent(request.Config),
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ConfigureProviderResponse{Diagnostics: diagnostics(answer.Diagnostics)}, nil
}

// A runtime that AWS added after this provider was released: the provider's list is then no evidence.
var newRuntime = regexp.MustCompile(`(?s)to be one of.*got python3\.(1[4-9]|[2-9]\d)`)

func (s *terraformServer) ValidateResourceConfig(
	ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest,
) (*tfprotov6.ValidateResourceConfigResponse, error) {
	answer, err := s.client.ValidateResourceTypeConfig(ctx, &tfplugin5.ValidateResourceTypeConfig_Request{
		TypeName: request.TypeName, Config: sent(request.Config),
	})
	if err != nil {
		return nil, err
	}
	kept := []*tfplugin5.Diagnostic{}
	for _, said := range answer.Diagnostics {
		if !newRuntime.MatchString(said.Summary + said.Detail) {
			kept = append(kept, said)
		}
	}
	return &tfprotov6.ValidateResourceConfigResponse{Diagnostics: diagnostics(kept)}, nil
}

func (s *terraformServer) UpgradeResourceState(
	ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest,
) (*tfprotov6.UpgradeResourceStateResponse, error) {
	raw := &tfplugin5.RawState{}
	if request.RawState != nil {
		raw = &tfplugin5.RawState{Json: request.RawState.JSON, Flatmap: request.RawState.Flatmap}
	}
	answer, err := s.client.UpgradeResourceState(ctx, &tfplugin5.UpgradeResourceState_Request{
		TypeName: request.TypeName, Version: request.Version, RawState: raw,
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.UpgradeResourceStateResponse{
		UpgradedState: received(answer.UpgradedState), Diagnostics: diagnostics(answer.Diagnostics),
	}, nil
}

func (s *terraformServer) ReadResource(
	ctx context.Context, request *tfprotov6.ReadResourceRequest,
) (*tfprotov6.ReadResourceResponse, error) {
	answer, err := s.client.ReadResource(ctx, &tfplugin5.ReadResource_Request{
		TypeName: request.TypeName, CurrentState: sent(request.CurrentState), Private: request.Private,
		ProviderMeta: sent(request.ProviderMeta),
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ReadResourceResponse{
		NewState: received(answer.NewState), Private: answer.Private, Diagnostics: diagnostics(answer.Diagnostics),
	}, nil
}

func (s *terraformServer) PlanResourceChange(
	ctx context.Context, request *tfprotov6.PlanResourceChangeRequest,
) (*tfprotov6.PlanResourceChangeResponse, error) {
	answer, err := s.client.PlanResourceChange(ctx, &tfplugin5.PlanResourceChange_Request{
		TypeName: request.TypeName, PriorState: sent(request.PriorState), ProposedNewState: sent(request.ProposedNewState),
		Config: sent(request.Config), PriorPrivate: request.PriorPrivate, ProviderMeta: sent(request.ProviderMeta),
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState: received(answer.PlannedState), RequiresReplace: paths(answer.RequiresReplace),
		PlannedPrivate: answer.PlannedPrivate, Diagnostics: diagnostics(answer.Diagnostics),
		UnsafeToUseLegacyTypeSystem: answer.LegacyTypeSystem,
	}, nil
}

func (s *terraformServer) ApplyResourceChange(
	ctx context.Context, request *tfprotov6.ApplyResourceChangeRequest,
) (*tfprotov6.ApplyResourceChangeResponse, error) {
	answer, err := s.client.ApplyResourceChange(ctx, &tfplugin5.ApplyResourceChange_Request{
		TypeName: request.TypeName, PriorState: sent(request.PriorState), PlannedState: sent(request.PlannedState),
		Config: sent(request.Config), PlannedPrivate: request.PlannedPrivate, ProviderMeta: sent(request.ProviderMeta),
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ApplyResourceChangeResponse{
		NewState: received(answer.NewState), Private: answer.Private, Diagnostics: diagnostics(answer.Diagnostics),
		UnsafeToUseLegacyTypeSystem: answer.LegacyTypeSystem,
	}, nil
}

func (s *terraformServer) ImportResourceState(
	ctx context.Context, request *tfprotov6.ImportResourceStateRequest,
) (*tfprotov6.ImportResourceStateResponse, error) {
	answer, err := s.client.ImportResourceState(ctx, &tfplugin5.ImportResourceState_Request{
		TypeName: request.TypeName, Id: request.ID,
	})
	if err != nil {
		return nil, err
	}
	response := &tfprotov6.ImportResourceStateResponse{Diagnostics: diagnostics(answer.Diagnostics)}
	for _, found := range answer.ImportedResources {
		response.ImportedResources = append(response.ImportedResources, &tfprotov6.ImportedResource{
			TypeName: found.TypeName, State: received(found.State), Private: found.Private,
		})
	}
	return response, nil
}

func (s *terraformServer) ValidateDataResourceConfig(
	ctx context.Context, request *tfprotov6.ValidateDataResourceConfigRequest,
) (*tfprotov6.ValidateDataResourceConfigResponse, error) {
	answer, err := s.client.ValidateDataSourceConfig(ctx, &tfplugin5.ValidateDataSourceConfig_Request{
		TypeName: request.TypeName, Config: sent(request.Config),
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ValidateDataResourceConfigResponse{Diagnostics: diagnostics(answer.Diagnostics)}, nil
}

func (s *terraformServer) ReadDataSource(
	ctx context.Context, request *tfprotov6.ReadDataSourceRequest,
) (*tfprotov6.ReadDataSourceResponse, error) {
	answer, err := s.client.ReadDataSource(ctx, &tfplugin5.ReadDataSource_Request{
		TypeName: request.TypeName, Config: sent(request.Config), ProviderMeta: sent(request.ProviderMeta),
	})
	if err != nil {
		return nil, err
	}
	return &tfprotov6.ReadDataSourceResponse{
		State: received(answer.State), Diagnostics: diagnostics(answer.Diagnostics),
	}, nil
}
