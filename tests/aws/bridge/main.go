// Serves pulumi-resource-aws around a terraform-provider-aws binary: the provider that AWS users have, with its own
// validation, plans, waiters and read-back, for machines that cannot fetch Pulumi's build of it.
//
//	aws-bridge serve PROVIDER VERSION SCHEMA   keeps the provider running; prints the port that plugins ask
//	aws-bridge plugin PORT                     what the engine starts as pulumi-resource-aws
//	aws-bridge shapes PROVIDER                 prints the properties of the types that it serves, as JSON
//
// SCHEMA is a file with the schema that YAML programs ask a provider for.
//
// One provider serves all commands of a test run, because starting it takes longer than most of what it is asked.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"time"

	"github.com/pulumi/pulumi/sdk/v3/go/common/util/rpcutil"
	pulumirpc "github.com/pulumi/pulumi/sdk/v3/proto/go"
	"google.golang.org/grpc"
)

// hello is what a plugin tells when it asks for a server of its own.
type hello struct {
	Folder string `json:"folder"`
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) >= 4 && args[0] == "serve":
		return serve(args[1], args[2], args[3])
	case len(args) >= 2 && args[0] == "plugin":
		return beThePlugin(args[1])
	case len(args) >= 2 && args[0] == "shapes":
		return printShapes(args[1])
	default:
		return fmt.Errorf("usage: aws-bridge serve PROVIDER VERSION SCHEMA | plugin PORT | shapes PROVIDER")
	}
}

// serve ends when its standard input does, so it cannot outlive the program that started it.
func serve(program, version, schema string) error {
	folder, err := os.MkdirTemp("", "aws-bridge-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	files := &fileStore{folder: folder}
	instances := newPool(program, version, schema)
	defer instances.close()
	if _, err := instances.unconfigured(context.Background()); err != nil {
		return err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	go func() {
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			go servePlugin(instances, files, connection)
		}
	}()
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// servePlugin serves one engine command until its plugin process is gone.
func servePlugin(instances *pool, files *fileStore, connection net.Conn) {
	defer connection.Close()
	lines := bufio.NewReader(connection)
	line, err := lines.ReadBytes('\n')
	if err != nil {
		return
	}
	var asked hello
	if err := json.Unmarshal(line, &asked); err != nil {
		return
	}
	plugin := &awsPlugin{pool: instances, base: asked.Folder, files: files}
	defer plugin.close()
	cancel := make(chan bool)
	handle, err := rpcutil.ServeWithOptions(rpcutil.ServeOptions{
		Cancel: cancel,
		Init: func(server *grpc.Server) error {
			pulumirpc.RegisterResourceProviderServer(server, plugin)
			return nil
		},
	})
	if err != nil {
		return
	}
	fmt.Fprintln(connection, handle.Port)
	_, _ = io.Copy(io.Discard, lines)
	close(cancel)
	<-handle.Done
}

// beThePlugin is alive while the engine is, and says where the provider really is.
func beThePlugin(port string) error {
	connection, err := net.Dial("tcp", "127.0.0.1:"+port)
	if err != nil {
		return fmt.Errorf("the bridged aws provider of this test run has ended: %w", err)
	}
	folder, err := os.Getwd()
	if err != nil {
		return err
	}
	if err := json.NewEncoder(connection).Encode(hello{Folder: folder}); err != nil {
		return err
	}
	answers := bufio.NewReader(connection)
	own, err := answers.ReadString('\n')
	if err != nil {
		return fmt.Errorf("the bridged aws provider does not answer: %w", err)
	}
	fmt.Print(own)
	go func() {
		engine := os.Getppid()
		for os.Getppid() == engine {
			time.Sleep(time.Second)
		}
		os.Exit(1)
	}()
	_, err = io.Copy(io.Discard, answers)
	return err
}
