// Package oprows keeps the records of idempotent writes.
package oprows

import (
	"context"

	"github.com/kontor-go/kontor/adapters/bunstore/internal/unit"
	"github.com/kontor-go/kontor/kernel/clock"
	"github.com/kontor-go/kontor/kernel/fault"
	"github.com/kontor-go/kontor/kernel/op"
)

// OperationReader reads records.
type OperationReader struct{ Q unit.Querier }

// OperationTx writes records.
type OperationTx struct {
	OperationReader
	U *unit.Unit
}

// Columns are the columns of a record in the order of Row.
const Columns = "actor, operation, key, print, result, at"

const selectOperation = "SELECT " + Columns + " FROM kontor_operation WHERE tenant = $1 AND actor = $2 AND operation = $3 AND key = $4"

// Select is the query of one record; to receives it.
func Select(tenant, actor, operation, key string, to func(op.Record)) unit.Query {
	return unit.Query{Text: selectOperation, Args: []any{tenant, actor, operation, key}, Row: func(r unit.Row) error {
		var rec op.Record
		var sum []byte
		var at int64
		if err := r.Scan(&rec.Actor, &rec.Operation, &rec.Key, &sum, &rec.Result, &at); err != nil {
			return err
		}
		copy(rec.Print[:], sum)
		rec.At = clock.FromMicros(at)
		to(rec)
		return nil
	}}
}

// Operation returns a record.
func (o OperationReader) Operation(ctx context.Context, actor, operation, key string) (op.Record, error) {
	var rec op.Record
	found := false
	err := o.Q.Read(ctx, Select(o.Q.Tenant(), actor, operation, key, func(r op.Record) { rec, found = r, true }))
	if err == nil && !found {
		err = fault.Missing("operation")
	}
	return rec, err
}

const insertOperation = "INSERT INTO kontor_operation (tenant, actor, operation, key, print, result, at) VALUES ($1, $2, $3, $4, $5, $6, $7)"

// InsertOperation stores a record.
func (o OperationTx) InsertOperation(ctx context.Context, r op.Record) error {
	return o.U.Write(ctx, unit.Write{
		Rank: unit.RankOperation, Key: r.Actor + "\x00" + r.Operation + "\x00" + r.Key,
		Text: insertOperation, Broken: op.ErrRepeated,
		Args: []any{o.U.Tenant(), r.Actor, r.Operation, r.Key, r.Print[:], string(r.Result), clock.Micros(r.At)},
	})
}
