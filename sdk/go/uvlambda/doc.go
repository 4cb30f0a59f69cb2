// Turns a Python project managed by uv into an AWS Lambda function: locked, cross-compiled, reproducible, with role and log group around it.
package uvlambda
