package bunstore_test

import (
	"context"
	"fmt"
	"io/fs"

	"github.com/kontor-go/kontor/adapters/bunstore"
	"github.com/kontor-go/kontor/adapters/bunstore/sqlite"
	"github.com/kontor-go/kontor/kernel/fault"
)

func ExampleStore_Migrate() {
	ctx := context.Background()
	store, err := sqlite.Open(sqlite.Memory, nil)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer store.Close() //nolint:errcheck // an example

	fmt.Println(fault.CodeOf(store.Check(ctx)))
	if err := store.Migrate(ctx); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(store.Check(ctx))
	// Output:
	// schema_older
	// <nil>
}

func ExampleMigrations() {
	files, err := fs.Glob(bunstore.Migrations(bunstore.Postgres), "*.sql")
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(files[0])
	// Output: 00001_ground.sql
}
