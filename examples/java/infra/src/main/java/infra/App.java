package infra;

import com.pulumi.Context;
import com.pulumi.Pulumi;
import com.uvlambda.uvlambda.Function;
import com.uvlambda.uvlambda.FunctionArgs;
import java.util.Map;

public class App {
    public static void main(String[] args) {
        Pulumi.run(App::stack);
    }

    private static void stack(Context context) {
        var app = new Function("app", FunctionArgs.builder()
            .project("../app")
            .handler("handler.handler")
            .runtime(context.config().get("runtime").orElse("python3.13"))
            .memorySize(256)
            .tags(Map.of("example", "java"))
            .build());

        context.export("functionName", app.functionName());
        context.export("functionArn", app.functionArn());
    }
}
