package unit

import (
	"context"
	"time"
)

// Raw runs statements of no tenant, which may return rows, as one transaction:
// in one trip on PostgreSQL, by the one writer on SQLite. It is for work that
// has no anchor because doing it again is harmless: if the answer is lost, or
// the database was busy, everything is run again. build is called for each
// run, and forgets the rows of an earlier one.
func (s *Shipper) Raw(ctx context.Context, build func() []Query) error {
	budget, cancel := context.WithTimeout(ctx, s.Patience)
	defer cancel()
	for n := 0; ; n++ {
		err := s.rawOnce(ctx, build())
		if err == nil {
			return nil
		}
		if c := classify(err); (c != again && c != unclear) || n >= s.Retries || pause(budget, n) != nil {
			return public(ctx, err)
		}
	}
}

func (s *Shipper) rawOnce(ctx context.Context, queries []Query) error {
	_, joined := s.Wire.(Joined)
	if s.Dialect == Postgres && !joined {
		// What travels in one trip is one transaction.
		return s.rawFaulty(ctx, queries, func() error { return s.rawTrip(ctx, queries) })
	}
	return s.rawFaulty(ctx, queries, func() error { return s.rawSpan(ctx, queries) })
}

// rawFaulty is run with the points of Faults before it and after its commit.
func (s *Shipper) rawFaulty(ctx context.Context, queries []Query, run func() error) error {
	if s.Faults == nil {
		return run()
	}
	p := Point{Span: Whole, Index: -1, Of: len(queries), Text: queries[0].Text}
	if err := s.Faults.At(ctx, p); err != nil {
		return err
	}
	if err := run(); err != nil {
		return err
	}
	p.Index = len(queries)
	return s.Faults.At(ctx, p)
}

func (s *Shipper) rawTrip(ctx context.Context, queries []Query) error {
	conn, err := s.writing.conn(ctx, s.DB.DB)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // gives the connection back
	return s.readOn(ctx, conn, queries)
}

// rawSpan begins and commits around the queries.
func (s *Shipper) rawSpan(ctx context.Context, queries []Query) error {
	if s.Dialect == SQLite {
		release, err := s.group.take(ctx)
		if err != nil {
			return err
		}
		defer release()
	}
	conn, err := s.writing.conn(ctx, s.DB.DB)
	if err != nil {
		return err
	}
	defer conn.Close() //nolint:errcheck // gives the connection back
	local := make([]Query, len(queries))
	for i, q := range queries {
		q.Text = s.texts.of(q.Text)
		local[i] = q
	}
	// Not the caller's context: it would interrupt the writer half-way.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), max(s.Patience, time.Second))
	defer cancel()
	return conn.Raw(func(dc any) error {
		if _, err := s.Wire.Ship(ctx, dc, nil, First); err != nil {
			return err
		}
		if err := s.Wire.Read(ctx, dc, local); err != nil {
			s.Wire.Rollback(ctx, dc)
			return err
		}
		_, err := s.Wire.Ship(ctx, dc, nil, Last)
		return err
	})
}
