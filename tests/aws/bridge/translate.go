package main

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	bridge "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	shim "github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfshim"
	"github.com/pulumi/pulumi/sdk/v3/go/common/resource"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/structpb"
)

const (
	signature    = "4dabf18193072939515e22adb298388d"
	assetValue   = "c44067f5952c0a294b673a41bacd8c17"
	archiveValue = "0def7320c3a5731c473e5ecbe6d01bc7"
)

// translator turns the properties of one resource between Pulumi's aws provider and the bare bridge: archives and assets,
// policies as objects, automatic names, and what the Terraform provider is too old to know.
type translator struct {
	kind   resourceType
	schema shim.SchemaMap
	fields map[string]*bridge.SchemaInfo
	folder string
	// Of the Terraform type: states that another provider wrote do not say it.
	version int
}

func newTranslator(kind resourceType, described shim.Resource, folder string) *translator {
	schema := described.Schema()
	fields := map[string]*bridge.SchemaInfo{}
	for from, to := range kind.renamed {
		fields[from] = &bridge.SchemaInfo{Name: to}
	}
	return &translator{kind: kind, schema: schema, fields: fields, folder: folder, version: described.SchemaVersion()}
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

func (t *translator) names() map[string]bool {
	names := map[string]bool{}
	t.schema.Range(func(key string, _ shim.Schema) bool {
		names[bridge.TerraformToPulumiNameV2(key, t.schema, t.fields)] = true
		return true
	})
	return names
}

// unknownProperties: the bridge drops what it does not know, silently.
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

// toTerraform: with a file store, archives are put where the provider will read them.
func (t *translator) toTerraform(given *structpb.Struct, files *fileStore) (*structpb.Struct, error) {
	values := copyOf(given)
	for name := range values.Fields {
		if strings.HasPrefix(name, "__") && name != "__meta" {
			delete(values.Fields, name)
		}
		if object := values.Fields[name].GetStructValue(); documents[name] && object != nil && !isSpecial(object) {
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
	file := values.Fields[t.kind.file].GetStructValue()
	if t.kind.file == "" || file == nil {
		return values, nil
	}
	found := fileOf(file)
	if found == nil {
		return nil, fmt.Errorf("%s: only archives and assets that are files on disk are understood here", t.kind.file)
	}
	path, err := files.place(t.folder, *found)
	if err != nil {
		return nil, err
	}
	values.Fields[t.kind.file] = structpb.NewStringValue(path)
	if _, own := values.Fields["sourceCodeHash"]; t.kind.hashed && !own {
		raw, err := hex.DecodeString(found.hash)
		if err != nil {
			return nil, err
		}
		values.Fields["sourceCodeHash"] = structpb.NewStringValue(base64.StdEncoding.EncodeToString(raw))
	}
	return values, nil
}

// stateToTerraform: the bridge would take a state without a schema version for one of the type's first days.
func (t *translator) stateToTerraform(given *structpb.Struct, id string) (*structpb.Struct, error) {
	values, err := t.toTerraform(given, nil)
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

func (t *translator) stateFrom(values *structpb.Struct, region string, original *structpb.Struct) *structpb.Struct {
	back := t.fromTerraform(values, original)
	if _, ok := back.Fields["region"]; !ok && !t.kind.global {
		back.Fields["region"] = structpb.NewStringValue(region)
	}
	return back
}

// keepInputs: a refresh must not turn a property that the program gave into one that it did not.
func (t *translator) keepInputs(inputs *structpb.Struct, request *pulumirpc.ReadRequest) {
	before := request.GetInputs().GetFields()
	if defaults, ok := before["__defaults"]; ok {
		inputs.Fields["__defaults"] = defaults
	}
	if _, own := before["sourceCodeHash"]; !own {
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

type givenFile struct{ path, hash string }

func isSpecial(value *structpb.Struct) bool {
	_, marked := value.GetFields()[signature]
	return marked
}

func fileOf(value *structpb.Struct) *givenFile {
	sort := value.GetFields()[signature].GetStringValue()
	hash := value.GetFields()["hash"].GetStringValue()
	if (sort != assetValue && sort != archiveValue) || hash == "" {
		return nil
	}
	// The engine leaves the path of a state's file out.
	return &givenFile{path: value.GetFields()["path"].GetStringValue(), hash: hash}
}

// fileStore holds archives under names that depend on their content alone, so that a path changes when its file does.
type fileStore struct{}

// Where they lie while this program runs.
var storeFolder string

// place names the file; a store puts it there too.
func (f *fileStore) place(folder string, file givenFile) (string, error) {
	target := filepath.Join(storeFolder, file.hash)
	if f == nil {
		return target, nil
	}
	source := file.path
	if source == "" {
		return "", fmt.Errorf("only archives and assets that are files on disk are understood here")
	}
	if !filepath.IsAbs(source) {
		source = filepath.Join(folder, source)
	}
	content, err := os.ReadFile(source)
	if err != nil {
		return "", err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != file.hash {
		return "", fmt.Errorf("%s has changed since the engine read it", file.path)
	}
	stage, err := os.CreateTemp(storeFolder, "stage-")
	if err != nil {
		return "", err
	}
	defer stage.Close()
	if _, err := stage.Write(content); err != nil {
		return "", err
	}
	return target, os.Rename(stage.Name(), target)
}
