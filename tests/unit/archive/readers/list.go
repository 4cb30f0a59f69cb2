// Lists a zip as Go reads it: one JSON object a line. Reading the bytes makes Go check each CRC.
package main

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"log"
	"os"
)

type row struct {
	Path   string `json:"path"`
	Mode   uint32 `json:"mode"`
	Size   int64  `json:"size"`
	Sha256 string `json:"sha256"`
}

func main() {
	archive, err := zip.OpenReader(os.Args[1])
	check(err)
	out := json.NewEncoder(os.Stdout)
	for _, file := range archive.File {
		content, err := file.Open()
		check(err)
		hash := sha256.New()
		size, err := io.Copy(hash, content)
		check(err)
		if file.Mode().IsDir() || !file.Mode().IsRegular() || file.NonUTF8 || len(file.Extra) > 0 {
			log.Fatalf("%q: mode %v, not UTF-8 %v, %d extra bytes", file.Name, file.Mode(), file.NonUTF8, len(file.Extra))
		}
		check(out.Encode(row{file.Name, uint32(file.Mode().Perm()), size, hex.EncodeToString(hash.Sum(nil))}))
	}
}

func check(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
