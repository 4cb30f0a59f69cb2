// Turns a Python project managed by uv into an AWS Lambda function: locked, built for Lambda's platform, reproducible, with its role and log group.
package uvlambda
