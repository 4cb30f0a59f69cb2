package main

import (
	"context"
	"encoding/json"
	"os"

	bridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
)

// shape is a property as this bridge serves it: what the type definitions of @pulumi/aws must agree with.
type shape struct {
	Kind string `json:"kind"`
	// Of the items of an array or a map.
	Of *shape `json:"of,omitempty"`
	// Of an object, by Pulumi's names.
	Members map[string]*shape `json:"members,omitempty"`
}

// printShapes prints the properties of every served type, by its token.
func printShapes(program string) error {
	instances := newPool(program, "0.0.0", "")
	defer instances.close()
	one, err := instances.unconfigured(context.Background())
	if err != nil {
		return err
	}
	shapes := map[string]map[string]*shape{}
	for name, kind := range resourceTypes {
		shapes["aws:"+kind.token] = membersOf(one.shim.ResourcesMap().Get(name).Schema(), kind.fields())
	}
	return json.NewEncoder(os.Stdout).Encode(shapes)
}

func membersOf(schema shim.SchemaMap, fields map[string]*bridge.SchemaInfo) map[string]*shape {
	members := map[string]*shape{}
	schema.Range(func(key string, value shim.Schema) bool {
		members[bridge.TerraformToPulumiNameV2(key, schema, fields)] = shapeOf(value, fields[key])
		return true
	})
	return members
}

func shapeOf(value shim.Schema, info *bridge.SchemaInfo) *shape {
	switch value.Type() {
	case shim.TypeBool:
		return &shape{Kind: "boolean"}
	case shim.TypeInt, shim.TypeFloat:
		return &shape{Kind: "number"}
	case shim.TypeList, shim.TypeSet:
		inner := elementOf(value, info)
		if bridge.IsMaxItemsOne(value, info) {
			return inner
		}
		return &shape{Kind: "array", Of: inner}
	case shim.TypeMap:
		inner := elementOf(value, info)
		if inner.Kind == "object" {
			return inner
		}
		return &shape{Kind: "map", Of: inner}
	default:
		return &shape{Kind: "string"}
	}
}

func elementOf(value shim.Schema, info *bridge.SchemaInfo) *shape {
	var inner *bridge.SchemaInfo
	if info != nil {
		inner = info.Elem
	}
	switch element := value.Elem().(type) {
	case shim.Resource:
		var fields map[string]*bridge.SchemaInfo
		if inner != nil {
			fields = inner.Fields
		}
		return &shape{Kind: "object", Members: membersOf(element.Schema(), fields)}
	case shim.Schema:
		return shapeOf(element, inner)
	default:
		return &shape{Kind: "any"}
	}
}
