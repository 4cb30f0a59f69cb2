package uvlambda

// Not for its code, which is empty: a program that imports this package then requires that module.
import _ "github.com/uvlambda/pulumi-uvlambda/sdk/go/uvlambda/plugins/aws"
