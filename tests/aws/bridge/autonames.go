package main

import (
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/types/known/structpb"
)

// named adds an automatic name by the rule of Pulumi's bridge: kept while the program gives none, never beside a prefix.
func (t *translator) named(values *structpb.Struct, request *pulumirpc.CheckRequest) *structpb.Struct {
	property := t.kind.autoName
	values.Fields["__defaults"] = structpb.NewListValue(&structpb.ListValue{})
	if _, given := values.Fields[property]; property == "" || given {
		return values
	}
	if _, prefixed := values.Fields[property+"Prefix"]; prefixed {
		return values
	}
	olds := request.GetOlds().GetFields()
	name := request.GetAutonaming().GetProposedName()
	if isDefault(olds, property) {
		name = olds[property].GetStringValue()
	}
	if name == "" {
		parts := strings.SplitN(request.GetUrn(), "::", 4)
		stem := parts[len(parts)-1]
		if t.kind.lowerCase {
			stem = strings.ToLower(stem)
		}
		made, err := resource.NewUniqueName(request.GetRandomSeed(), stem+"-", 7, t.kind.maximum, nil)
		if err != nil {
			made = stem
		}
		name = made
	}
	values.Fields[property] = structpb.NewStringValue(name)
	values.Fields["__defaults"].GetListValue().Values = []*structpb.Value{structpb.NewStringValue(property)}
	return values
}

// keepsGivenName: a name that was given and stays would be taken twice, so the old resource has to go first.
func (t *translator) keepsGivenName(request *pulumirpc.DiffRequest) bool {
	property := t.kind.autoName
	olds, news := request.GetOldInputs().GetFields(), request.GetNews().GetFields()
	if _, given := news[property]; property == "" || !given || isDefault(news, property) {
		return false
	}
	return olds[property].GetStringValue() == news[property].GetStringValue()
}

func isDefault(values map[string]*structpb.Value, property string) bool {
	for _, one := range values["__defaults"].GetListValue().GetValues() {
		if one.GetStringValue() == property {
			return true
		}
	}
	return false
}
