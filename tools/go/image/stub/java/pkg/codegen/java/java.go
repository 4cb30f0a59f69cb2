// Package java stands in for the generator of Java SDKs: the docker-build plugin only fills in this struct, as metadata of its schema.
package java

// PackageInfo has the fields that the plugin sets.
type PackageInfo struct {
	BuildFiles                      string            `json:"buildFiles,omitempty"`
	Dependencies                    map[string]string `json:"dependencies,omitempty"`
	GradleNexusPublishPluginVersion string            `json:"gradleNexusPublishPluginVersion,omitempty"`
}
