// Package aws names the aws plugin that uvlambda needs, so that `pulumi install` fetches it.
package aws
