package main

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	bridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

// translator turns the properties of one resource between Pulumi's aws provider and the bare bridge: archives and assets,
// policies as objects, automatic names, and what the Terraform provider is too old to know.
type translator struct {
	kind   resourceType
	schema shim.SchemaMap
	fields map[string]*bridge.SchemaInfo
	files  *fileStore
	// What the paths of the program's files are relative to.
	base string
	// Of the Terraform type: states that another provider wrote do not say it.
	version int
}

func newTranslator(kind resourceType, described shim.Resource, files *fileStore, base string) *translator {
	schema := described.Schema()
	return &translator{
		kind: kind, schema: schema, fields: kind.fields(), files: files, base: base, version: described.SchemaVersion(),
	}
}

// unservable are the properties that Pulumi's aws provider has and this Terraform provider has not. They travel around it.
func (t *translator) unservable() []string {
	known := t.names()
	kept := []string{}
	candidates := t.kind.newer
	if !t.kind.global {
		candidates = append([]string{"region"}, candidates...)
	}
	for _, name := range candidates {
		if !known[name] {
			kept = append(kept, name)
		}
	}
	return kept
}

// names are Pulumi's names of the properties that the Terraform provider has.
func (t *translator) names() map[string]bool {
	names := map[string]bool{}
	t.schema.Range(func(key string, _ shim.Schema) bool {
		names[bridge.TerraformToPulumiNameV2(key, t.schema, t.fields)] = true
		return true
	})
	return names
}

// unknownProperties are failures of a check: the bridge would drop silently what it does not know.
func (t *translator) unknownProperties(given *structpb.Struct) []*pulumirpc.CheckFailure {
	known := t.names()
	for _, name := range t.unservable() {
		known[name] = true
	}
	failures := []*pulumirpc.CheckFailure{}
	for name := range given.GetFields() {
		if !known[name] && !strings.HasPrefix(name, "__") {
			failures = append(failures, &pulumirpc.CheckFailure{
				Property: name, Reason: "the Terraform provider of this machine does not know it (tests/aws/bridge/types.go lists what may be new)",
			})
		}
	}
	return failures
}

// toTerraform gives the properties the form that the bridge takes. With put, archives are copied to where the provider
// will read them; else they are only named.
func (t *translator) toTerraform(given *structpb.Struct, put bool) (*structpb.Struct, error) {
	values := copyOf(given)
	for name, value := range values.Fields {
		if strings.HasPrefix(name, "__") && name != "__meta" {
			delete(values.Fields, name)
		}
		if object := value.GetStructValue(); documents[name] && object != nil && !isSpecial(object) {
			text, err := json.Marshal(object.AsMap())
			if err != nil {
				return nil, err
			}
			values.Fields[name] = structpb.NewStringValue(string(text))
		}
	}
	for _, name := range t.unservable() {
		delete(values.Fields, name)
	}
	return values, t.fileToTerraform(values, put)
}

// fileToTerraform makes a path of an archive or asset. Its hash goes where the provider looks for changes of the file.
func (t *translator) fileToTerraform(values *structpb.Struct, put bool) error {
	value := values.Fields[t.kind.file].GetStructValue()
	if t.kind.file == "" || value == nil {
		return nil
	}
	file := fileOf(value)
	if file == nil {
		return fmt.Errorf("%s: %w", t.kind.file, errNoFile)
	}
	if put {
		if err := t.files.put(*file, t.base); err != nil {
			return fmt.Errorf("%s: %w", t.kind.file, err)
		}
	}
	values.Fields[t.kind.file] = structpb.NewStringValue(t.files.pathOf(*file))
	if _, own := values.Fields["sourceCodeHash"]; !t.kind.hashed || own {
		return nil
	}
	raw, err := hex.DecodeString(file.hash)
	values.Fields["sourceCodeHash"] = structpb.NewStringValue(base64.StdEncoding.EncodeToString(raw))
	return err
}

// stateToTerraform also marks the state: the bridge would take a state without a schema version for one of the type's first days.
func (t *translator) stateToTerraform(given *structpb.Struct, id string) (*structpb.Struct, error) {
	values, err := t.toTerraform(given, false)
	if err != nil || len(values.Fields) == 0 {
		return values, err
	}
	if _, marked := values.Fields["__meta"]; !marked {
		values.Fields["__meta"] = structpb.NewStringValue(fmt.Sprintf(`{"schema_version":"%d"}`, t.version))
	}
	// Without its id a state would be that of a resource still to be made.
	if _, known := values.Fields["id"]; !known && id != "" {
		values.Fields["id"] = structpb.NewStringValue(id)
	}
	return values, nil
}

// fromTerraform puts back what travelled around the provider.
func (t *translator) fromTerraform(values *structpb.Struct, original *structpb.Struct) *structpb.Struct {
	back := copyOf(values)
	for _, name := range t.unservable() {
		if value, ok := original.GetFields()[name]; ok {
			back.Fields[name] = value
		}
	}
	if t.kind.file != "" {
		if value, ok := original.GetFields()[t.kind.file]; ok {
			back.Fields[t.kind.file] = value
		} else {
			delete(back.Fields, t.kind.file)
		}
	}
	return back
}

// stateFrom is fromTerraform for what the engine remembers: aws 7 has the region in every state.
func (t *translator) stateFrom(values *structpb.Struct, region string, original *structpb.Struct) *structpb.Struct {
	back := t.fromTerraform(values, original)
	if _, ok := back.Fields["region"]; !ok && !t.kind.global {
		back.Fields["region"] = structpb.NewStringValue(region)
	}
	return back
}

// keepGiven: inputs stay those that the program gave. What stands for an archive is not one of them.
func (t *translator) keepGiven(inputs, given *structpb.Struct) {
	if defaults, ok := given.GetFields()["__defaults"]; ok {
		inputs.Fields["__defaults"] = defaults
	}
	if _, own := given.GetFields()["sourceCodeHash"]; !own {
		delete(inputs.Fields, "sourceCodeHash")
	}
}

// refuseNewer: what the provider cannot create must not look created. Only the engine's record of a permission carries on.
func (t *translator) refuseNewer(values *structpb.Struct) error {
	for _, name := range t.unservable() {
		if _, given := values.GetFields()[name]; given && name == "durableConfig" {
			return fmt.Errorf("the Terraform provider of this machine is too old for %s: use the stand-in for this test", name)
		}
	}
	return nil
}

// addNewer reports changes of what the provider does not know.
func (t *translator) addNewer(answer *pulumirpc.DiffResponse, request *pulumirpc.DiffRequest) {
	olds, news := request.GetOldInputs().GetFields(), request.GetNews().GetFields()
	for _, name := range t.unservable() {
		if proto.Equal(olds[name], news[name]) {
			continue
		}
		answer.Changes = pulumirpc.DiffResponse_DIFF_SOME
		answer.Diffs = append(answer.Diffs, name)
		answer.Replaces = append(answer.Replaces, name)
		if answer.DetailedDiff == nil {
			answer.DetailedDiff = map[string]*pulumirpc.PropertyDiff{}
		}
		answer.DetailedDiff[name] = &pulumirpc.PropertyDiff{Kind: pulumirpc.PropertyDiff_UPDATE_REPLACE, InputDiff: true}
	}
}
