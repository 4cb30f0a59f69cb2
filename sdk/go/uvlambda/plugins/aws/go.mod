module github.com/uvlambda/pulumi-uvlambda/sdk/go/uvlambda/plugins/aws

go 1.23.11
