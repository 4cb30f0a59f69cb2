//go:build !linux

package main

import "os/exec"

// Only Linux can tie a process to its parent; elsewhere the provider ends when its connection does.
func endWithParent(*exec.Cmd) {}
