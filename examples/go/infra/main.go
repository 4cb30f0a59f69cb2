package main

import (
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
	"github.com/pulumi/pulumi/sdk/v3/go/pulumi/config"
	"github.com/uvlambda/pulumi-uvlambda/sdk/go/uvlambda"
)

func main() {
	pulumi.Run(func(ctx *pulumi.Context) error {
		runtime := config.Get(ctx, "runtime")
		if runtime == "" {
			runtime = "python3.13"
		}
		app, err := uvlambda.NewFunction(ctx, "app", &uvlambda.FunctionArgs{
			Project:    "../app",
			Handler:    pulumi.StringRef("handler.handler"),
			Runtime:    pulumi.StringRef(runtime),
			MemorySize: pulumi.Int(256),
			Tags:       pulumi.StringMap{"example": pulumi.String("go")},
		})
		if err != nil {
			return err
		}
		ctx.Export("functionName", app.FunctionName)
		ctx.Export("functionArn", app.FunctionArn)
		return nil
	})
}
