package main

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"google.golang.org/protobuf/types/known/structpb"
)

// How the engine marks assets and archives.
const (
	signature    = "4dabf18193072939515e22adb298388d"
	assetValue   = "c44067f5952c0a294b673a41bacd8c17"
	archiveValue = "0def7320c3a5731c473e5ecbe6d01bc7"
)

var errNoFile = errors.New("only archives and assets that are files on disk are understood here")

// givenFile is an archive or asset of a program; the engine leaves the path of a state's file out.
type givenFile struct{ path, hash string }

// isSpecial: an asset, an archive, a secret or another value that the engine marks.
func isSpecial(value *structpb.Struct) bool {
	_, marked := value.GetFields()[signature]
	return marked
}

// fileOf is nil for every other value, also for archives that are made of several assets.
func fileOf(value *structpb.Struct) *givenFile {
	sort := value.GetFields()[signature].GetStringValue()
	hash := value.GetFields()["hash"].GetStringValue()
	if (sort != assetValue && sort != archiveValue) || hash == "" {
		return nil
	}
	return &givenFile{path: value.GetFields()["path"].GetStringValue(), hash: hash}
}

// fileStore holds archives under names that depend on their content alone, so that a path changes when its file does.
type fileStore struct{ folder string }

// pathOf is where the file is, or will be when it is put there.
func (s *fileStore) pathOf(file givenFile) string {
	return filepath.Join(s.folder, file.hash)
}

// put copies the file, whose path may be relative to base.
func (s *fileStore) put(file givenFile, base string) error {
	source := file.path
	if source == "" {
		return errNoFile
	}
	if !filepath.IsAbs(source) {
		source = filepath.Join(base, source)
	}
	content, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != file.hash {
		return fmt.Errorf("%s has changed since the engine read it", file.path)
	}
	stage, err := os.CreateTemp(s.folder, "stage-")
	if err != nil {
		return err
	}
	defer stage.Close()
	if _, err := stage.Write(content); err != nil {
		return err
	}
	return os.Rename(stage.Name(), s.pathOf(file))
}
