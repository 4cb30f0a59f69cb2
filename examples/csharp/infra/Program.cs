using Pulumi;
using Uvlambda.Uvlambda;

return await Deployment.RunAsync(() =>
{
    var config = new Config();

    var app = new Function("app", new FunctionArgs
    {
        Project = "../app",
        Handler = "handler.handler",
        Runtime = config.Get("runtime") ?? "python3.13",
        MemorySize = 256,
        Tags = { { "example", "csharp" } },
    });

    return new Dictionary<string, object?>
    {
        ["functionName"] = app.FunctionName,
        ["functionArn"] = app.FunctionArn,
    };
});
