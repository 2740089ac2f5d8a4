// Package bunstore keeps the data of a shop in PostgreSQL or SQLite, through
// bun. One code base serves both, and commerce/storetest holds it to the same
// promises on both.
//
// # Opening
//
// Most hosts use an opener. The store then owns the database it opened, and
// Close closes it:
//
//	store, err := postgres.Open("postgres://shop@localhost/shop", nil)
//	store, err := sqlite.Open("shop.db", nil)
//
// A host that has a bun database already keeps it and lends it: postgres.Use
// for a pool of pgx, New for any other. Nothing of such a database is changed
// or closed.
//
// # Schema
//
// The tables begin with "kontor_" and live beside those of the host. The host
// decides when they are made:
//
//	err := store.Migrate(ctx)
//
// That may run at every start and in many processes at once. Check, which the
// engine calls when it starts, says whether schema and settings are those that
// this program needs. The files are plain SQL, and Migrations hands them out.
//
// # Units of work
//
// What a unit writes is collected and leaves in one trip: sorted, so that
// units do not lock each other out; guarded, so that a decision made on a stale
// read fails instead of being written; anchored, so that a commit without an
// answer can be run again and still happens once. On SQLite one connection
// writes, and units that arrive together share one flush to the disk.
//
// # The host's own rows
//
// Join puts engine and host into one transaction that the host has begun, and
// ends. Where an engine call fails, nothing of that call is in it and the
// transaction can go on:
//
//	err := db.RunInTx(ctx, nil, func(ctx context.Context, tx bun.Tx) error {
//		if err := crm.NoteCancel(ctx, tx, id); err != nil {
//			return err
//		}
//		_, err := shop.Orders.CancelTx(ctx, store.Join(tx), id, cancel)
//		return err
//	})
//
// HostTx is the same the other way round: the store begins, lends both and
// commits. On SQLite, which has one writer, it is the way to choose.
//
// # Tenants
//
// A store speaks for one tenant, the empty text unless Tenant says otherwise.
// The tenant is part of every key, so shops share tables and never a row; an
// id of another shop is simply not found.
package bunstore
