import pulumi
import pulumi_uvlambda as uvlambda

config = pulumi.Config()

app = uvlambda.Function(
    "app",
    project="../app",
    handler="handler.handler",
    runtime=config.get("runtime") or "python3.13",
    memory_size=256,
    tags={"example": "python"},
)

pulumi.export("functionName", app.function_name)
pulumi.export("functionArn", app.function_arn)
