package main

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/vendored/tfplugin5"
)

func sent(value *tfprotov6.DynamicValue) *tfplugin5.DynamicValue {
	if value == nil {
		return nil
	}
	return &tfplugin5.DynamicValue{Msgpack: value.MsgPack, Json: value.JSON}
}

func received(value *tfplugin5.DynamicValue) *tfprotov6.DynamicValue {
	if value == nil {
		return nil
	}
	return &tfprotov6.DynamicValue{MsgPack: value.Msgpack, JSON: value.Json}
}

func diagnostics(said []*tfplugin5.Diagnostic) []*tfprotov6.Diagnostic {
	translated := []*tfprotov6.Diagnostic{}
	for _, one := range said {
		severity := tfprotov6.DiagnosticSeverityError
		if one.Severity == tfplugin5.Diagnostic_WARNING {
			severity = tfprotov6.DiagnosticSeverityWarning
		}
		detail := one.Detail
		if detail == "" {
			// The bridge passes on no other part of a data source's error.
			detail = one.Summary
		}
		translated = append(translated, &tfprotov6.Diagnostic{
			Severity: severity, Summary: one.Summary, Detail: detail, Attribute: path(one.Attribute),
		})
	}
	return translated
}

func paths(given []*tfplugin5.AttributePath) []*tftypes.AttributePath {
	translated := []*tftypes.AttributePath{}
	for _, one := range given {
		translated = append(translated, path(one))
	}
	return translated
}

func path(given *tfplugin5.AttributePath) *tftypes.AttributePath {
	if given == nil {
		return nil
	}
	steps := []tftypes.AttributePathStep{}
	for _, step := range given.Steps {
		switch selector := step.Selector.(type) {
		case *tfplugin5.AttributePath_Step_AttributeName:
			steps = append(steps, tftypes.AttributeName(selector.AttributeName))
		case *tfplugin5.AttributePath_Step_ElementKeyInt:
			steps = append(steps, tftypes.ElementKeyInt(selector.ElementKeyInt))
		case *tfplugin5.AttributePath_Step_ElementKeyString:
			steps = append(steps, tftypes.ElementKeyString(selector.ElementKeyString))
		}
	}
	return tftypes.NewAttributePathWithSteps(steps)
}

// readSchema asks for the provider's schema and keeps what this bridge serves: the provider has some 1,500 types.
func readSchema(ctx context.Context, client tfplugin5.ProviderClient) (*tfprotov6.GetProviderSchemaResponse, error) {
	answer, err := client.GetSchema(ctx, &tfplugin5.GetProviderSchema_Request{})
	if err != nil {
		return nil, err
	}
	provider, err := schemaOf(answer.Provider)
	if err != nil {
		return nil, err
	}
	resources, err := schemasOf(answer.ResourceSchemas, resourceTypes)
	if err != nil {
		return nil, err
	}
	sources, err := schemasOf(answer.DataSourceSchemas, functions)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: provider, ResourceSchemas: resources, DataSourceSchemas: sources,
		ServerCapabilities: &tfprotov6.ServerCapabilities{},
	}, nil
}

func schemasOf[T any](all map[string]*tfplugin5.Schema, served map[string]T) (map[string]*tfprotov6.Schema, error) {
	kept := map[string]*tfprotov6.Schema{}
	for name := range served {
		given, ok := all[name]
		if !ok {
			return nil, fmt.Errorf("this provider has no %s", name)
		}
		schema, err := schemaOf(given)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		kept[name] = schema
	}
	return kept, nil
}

func schemaOf(given *tfplugin5.Schema) (*tfprotov6.Schema, error) {
	block, err := blockOf(given.Block)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.Schema{Version: given.Version, Block: block}, nil
}

func blockOf(given *tfplugin5.Schema_Block) (*tfprotov6.SchemaBlock, error) {
	block := &tfprotov6.SchemaBlock{Version: given.Version}
	for _, one := range given.Attributes {
		//nolint:staticcheck // The one way to read a type as the protocol sends it.
		kind, err := tftypes.ParseJSONType(one.Type)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.Name, err)
		}
		block.Attributes = append(block.Attributes, &tfprotov6.SchemaAttribute{
			Name: one.Name, Type: kind, Required: one.Required, Optional: one.Optional, Computed: one.Computed,
			Sensitive: one.Sensitive, WriteOnly: one.WriteOnly,
		})
	}
	for _, one := range given.BlockTypes {
		inner, err := blockOf(one.Block)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", one.TypeName, err)
		}
		block.BlockTypes = append(block.BlockTypes, &tfprotov6.SchemaNestedBlock{
			TypeName: one.TypeName, Block: inner, Nesting: tfprotov6.SchemaNestedBlockNestingMode(one.Nesting),
			MinItems: one.MinItems, MaxItems: one.MaxItems,
		})
	}
	return block, nil
}
