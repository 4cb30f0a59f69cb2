// Package codegen stands in for the generator of .NET SDKs: the docker-build plugin only fills in this struct, as metadata of its schema.
package codegen

// CSharpPackageInfo has the fields that the plugin sets.
type CSharpPackageInfo struct {
	PackageReferences    map[string]string `json:"packageReferences,omitempty"`
	RespectSchemaVersion bool              `json:"respectSchemaVersion,omitempty"`
}
