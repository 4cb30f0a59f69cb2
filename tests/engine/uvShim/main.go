// Becomes `sh uv.sh` in its own folder. A binary, because the product remembers the version of a binary and asks a script every time.
package main

import (
	"os"
	"path/filepath"
	"syscall"
)

func main() {
	self, err := os.Executable()
	if err != nil {
		panic(err)
	}
	script := filepath.Join(filepath.Dir(self), "uv.sh")
	panic(syscall.Exec("/bin/sh", append([]string{"sh", script}, os.Args[1:]...), os.Environ()))
}
