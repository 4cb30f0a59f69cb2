package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/pulumi/pulumi-terraform-bridge/v3/pkg/vendored/tfplugin5"
	"google.golang.org/grpc"
)

// What Terraform and its providers agree on before they talk: constants of the plugin protocol.
var handshake = plugin.HandshakeConfig{
	ProtocolVersion:  4,
	MagicCookieKey:   "TF_PLUGIN_MAGIC_COOKIE",
	MagicCookieValue: "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2",
}

// A running terraform-provider-aws.
type terraformProcess struct {
	client     tfplugin5.ProviderClient
	endProcess func()
}

// connection hands out the connection itself: protocol 5 is spoken over it directly.
type connection struct {
	plugin.NetRPCUnsupportedPlugin
}

func (connection) GRPCServer(*plugin.GRPCBroker, *grpc.Server) error {
	return fmt.Errorf("not a server")
}

func (connection) GRPCClient(_ context.Context, _ *plugin.GRPCBroker, conn *grpc.ClientConn) (any, error) {
	return tfplugin5.NewProviderClient(conn), nil
}

func startTerraform(program string) (*terraformProcess, error) {
	command := exec.Command(program)
	command.Env = append(os.Environ(), "TF_LOG=ERROR", "AWS_EC2_METADATA_DISABLED=true")
	endWithParent(command)
	client := plugin.NewClient(&plugin.ClientConfig{
		HandshakeConfig:  handshake,
		VersionedPlugins: map[int]plugin.PluginSet{5: {"provider": connection{}}},
		AllowedProtocols: []plugin.Protocol{plugin.ProtocolGRPC},
		AutoMTLS:         true,
		Cmd:              command,
		Logger:           hclog.New(&hclog.LoggerOptions{Level: hclog.Error, Output: os.Stderr}),
	})
	protocol, err := client.Client()
	if err != nil {
		client.Kill()
		return nil, fmt.Errorf("%s does not start: %w", program, err)
	}
	raw, err := protocol.Dispense("provider")
	if err != nil {
		client.Kill()
		return nil, err
	}
	return &terraformProcess{client: raw.(tfplugin5.ProviderClient), endProcess: client.Kill}, nil
}
