package main

import (
	"os/exec"
	"syscall"
)

// The provider must not outlive this program, even if it is killed.
func endWithParent(command *exec.Cmd) {
	command.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
}
