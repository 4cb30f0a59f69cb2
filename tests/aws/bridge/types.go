package main

import (
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/tfbridge"
	"github.com/pulumi/pulumi/sdk/v3/go/common/tokens"
)

// resourceType is what Pulumi's aws provider makes of one Terraform type, where that is more than another spelling.
type resourceType struct {
	token string
	// Terraform's name of a property to Pulumi's, where the rule would give another one.
	renamed map[string]string
	// Lists of Terraform that are one value in Pulumi: the protocol says of blocks how many there may be, not of attributes.
	single []string
	// Pulumi's name of the property that gets an automatic name.
	autoName string
	// Longest automatic name.
	maximum   int
	lowerCase bool
	// The property that is an archive or asset in Pulumi, a path in Terraform.
	file string
	// Its type has a `sourceCodeHash`.
	hashed bool
	// Has no region of its own.
	global bool
	// Properties of aws 7 that an older Terraform provider does not know.
	newer []string
}

// Everything that the product, its examples and its recipes use. A type more is one row.
var resourceTypes = map[string]resourceType{
	"aws_apigatewayv2_api":         {token: "apigatewayv2/api:Api", autoName: "name", maximum: 128},
	"aws_apigatewayv2_integration": {token: "apigatewayv2/integration:Integration"},
	"aws_apigatewayv2_route":       {token: "apigatewayv2/route:Route"},
	"aws_apigatewayv2_stage":       {token: "apigatewayv2/stage:Stage", autoName: "name", maximum: 128},
	"aws_s3_bucket_notification":   {token: "s3/bucketNotification:BucketNotification"},
	"aws_cloudwatch_event_rule":    {token: "cloudwatch/eventRule:EventRule", autoName: "name", maximum: 64},
	"aws_cloudwatch_event_target":  {token: "cloudwatch/eventTarget:EventTarget"},
	"aws_cloudwatch_log_group":     {token: "cloudwatch/logGroup:LogGroup", autoName: "name", maximum: 512},
	"aws_cloudwatch_metric_alarm": {
		token: "cloudwatch/metricAlarm:MetricAlarm", renamed: map[string]string{"alarm_name": "name"}, autoName: "name", maximum: 255,
	},
	"aws_ecr_lifecycle_policy": {token: "ecr/lifecyclePolicy:LifecyclePolicy"},
	"aws_ecr_repository":       {token: "ecr/repository:Repository", autoName: "name", maximum: 256, lowerCase: true},
	"aws_iam_role":             {token: "iam/role:Role", autoName: "name", maximum: 64, global: true},
	"aws_iam_role_policy":      {token: "iam/rolePolicy:RolePolicy", autoName: "name", maximum: 128, global: true},
	"aws_iam_role_policy_attachment": {
		token: "iam/rolePolicyAttachment:RolePolicyAttachment", global: true,
	},
	"aws_kms_key":      {token: "kms/key:Key"},
	"aws_lambda_alias": {token: "lambda/alias:Alias", autoName: "name", maximum: 128},
	"aws_lambda_event_source_mapping": {
		token: "lambda/eventSourceMapping:EventSourceMapping", single: []string{"queues"},
	},
	"aws_lambda_function": {
		token:   "lambda/function:Function",
		renamed: map[string]string{"function_name": "name", "filename": "code"}, autoName: "name", maximum: 64,
		file: "code", hashed: true, newer: []string{"durableConfig"},
	},
	"aws_lambda_function_event_invoke_config": {token: "lambda/functionEventInvokeConfig:FunctionEventInvokeConfig"},
	"aws_lambda_function_url":                 {token: "lambda/functionUrl:FunctionUrl"},
	"aws_lambda_layer_version": {
		token: "lambda/layerVersion:LayerVersion", renamed: map[string]string{"filename": "code"}, file: "code", hashed: true,
	},
	"aws_lambda_permission": {
		token: "lambda/permission:Permission", renamed: map[string]string{"function_name": "function"},
		autoName: "statementId", maximum: 100, newer: []string{"invokedViaFunctionUrl"},
	},
	"aws_lambda_provisioned_concurrency_config": {
		token: "lambda/provisionedConcurrencyConfig:ProvisionedConcurrencyConfig",
	},
	"aws_s3_bucket": {token: "s3/bucket:Bucket", autoName: "bucket", maximum: 63, lowerCase: true},
	"aws_s3_bucket_public_access_block": {
		token: "s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
	},
	"aws_s3_bucket_server_side_encryption_configuration": {
		token: "s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
	},
	"aws_s3_object":          {token: "s3/bucketObjectv2:BucketObjectv2", file: "source", autoName: "key", maximum: 1024},
	"aws_scheduler_schedule": {token: "scheduler/schedule:Schedule", autoName: "name", maximum: 64},
	"aws_sns_topic":          {token: "sns/topic:Topic", autoName: "name", maximum: 256},
	"aws_sns_topic_subscription": {
		token: "sns/topicSubscription:TopicSubscription", renamed: map[string]string{"topic_arn": "topic"},
	},
	"aws_sqs_queue":     {token: "sqs/queue:Queue", autoName: "name", maximum: 80},
	"aws_ssm_parameter": {token: "ssm/parameter:Parameter", autoName: "name", maximum: 255},
}

var functions = map[string]string{
	"aws_caller_identity":         "index/getCallerIdentity:getCallerIdentity",
	"aws_ecr_authorization_token": "ecr/getAuthorizationToken:getAuthorizationToken",
	"aws_partition":               "index/getPartition:getPartition",
	"aws_region":                  "index/getRegion:getRegion",
	"aws_ssm_parameter":           "ssm/getParameter:getParameter",
}

// Policies may be given as objects: the aws provider turns them into text.
var documents = map[string]bool{"policy": true, "assumeRolePolicy": true}

// fields is how the bridge's rules for a type's properties are changed.
func (kind resourceType) fields() map[string]*tfbridge.SchemaInfo {
	fields := map[string]*tfbridge.SchemaInfo{}
	for from, to := range kind.renamed {
		fields[from] = &tfbridge.SchemaInfo{Name: to}
	}
	for _, name := range kind.single {
		fields[name] = &tfbridge.SchemaInfo{MaxItemsOne: tfbridge.True()}
	}
	return fields
}

func describeResources() map[string]*tfbridge.ResourceInfo {
	described := map[string]*tfbridge.ResourceInfo{}
	for name, kind := range resourceTypes {
		described[name] = &tfbridge.ResourceInfo{Tok: tokens.Type("aws:" + kind.token), Fields: kind.fields()}
	}
	return described
}

func describeFunctions() map[string]*tfbridge.DataSourceInfo {
	described := map[string]*tfbridge.DataSourceInfo{}
	for name, token := range functions {
		described[name] = &tfbridge.DataSourceInfo{Tok: tokens.ModuleMember("aws:" + token)}
	}
	return described
}
