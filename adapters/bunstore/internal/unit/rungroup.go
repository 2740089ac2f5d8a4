package unit

import (
	"context"
	"errors"
)

// errCrashed is the outcome of units whose leader panicked. It is unclear, so
// that each of them is run again.
var errCrashed = errors.New("unit: the leader of the group crashed")

// runGroup runs jobs on the writer and gives each its outcome.
func (s *Shipper) runGroup(ctx context.Context, jobs []*job) {
	conn, err := s.writing.conn(ctx, s.DB.DB)
	if err != nil {
		for _, j := range jobs {
			j.at, j.err = -1, errNotSent{err}
		}
		return
	}
	defer conn.Close() //nolint:errcheck // gives the connection back
	_ = raw(conn, func(dc any) error {
		if len(jobs) == 1 || !s.runTogether(ctx, dc, jobs) {
			for _, j := range jobs {
				j.at, j.err = s.shipFaulty(ctx, dc, j.stmts, Whole)
			}
		}
		return nil
	})
}

// runTogether commits several jobs at once. It reports false if the
// transaction as a whole came to nothing: then each runs alone, so that no
// unit fails for the fault of another.
func (s *Shipper) runTogether(ctx context.Context, dc any, jobs []*job) bool {
	var d Driver
	if err := d.exec(ctx, dc, "BEGIN IMMEDIATE"); err != nil {
		return false
	}
	open := true
	defer func() {
		if open {
			d.Rollback(ctx, dc)
		}
	}()
	for _, j := range jobs {
		if !s.runSaved(ctx, dc, j) {
			return false
		}
	}
	if err := d.exec(ctx, dc, "COMMIT"); err != nil {
		return false
	}
	open = false
	if s.Faults != nil {
		for _, j := range jobs {
			if j.err == nil {
				j.at, j.err = -1, s.Faults.At(ctx, Point{Span: Whole, Index: len(j.stmts), Of: len(j.stmts)})
			}
		}
	}
	return true
}

// runSaved runs one job in a savepoint. It reports false if the transaction
// did not survive.
func (s *Shipper) runSaved(ctx context.Context, dc any, j *job) bool {
	var d Driver
	if err := d.exec(ctx, dc, "SAVEPOINT u"); err != nil {
		return false
	}
	j.at, j.err = s.runFaulty(ctx, dc, j)
	if j.err == nil {
		return d.exec(ctx, dc, "RELEASE u") == nil
	}
	if err := d.exec(ctx, dc, "ROLLBACK TO u"); err != nil {
		return false
	}
	return d.exec(ctx, dc, "RELEASE u") == nil
}

// runFaulty runs the statements of a job, failing where Faults says so.
func (s *Shipper) runFaulty(ctx context.Context, dc any, j *job) (int, error) {
	var d Driver
	if s.Faults == nil {
		return d.run(ctx, dc, j.stmts)
	}
	if err := s.Faults.At(ctx, Point{Span: Whole, Index: -1, Of: len(j.stmts)}); err != nil {
		return -1, err
	}
	for k := range j.stmts {
		if err := s.Faults.At(ctx, Point{Span: Whole, Index: k, Of: len(j.stmts), Text: j.stmts[k].Text}); err != nil {
			return k, err
		}
		if i, err := d.run(ctx, dc, j.stmts[k:k+1]); err != nil {
			return k + i, err
		}
	}
	return -1, nil
}
