package unit

import (
	"context"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"
	"github.com/uptrace/bun/schema"
)

// Joined writes a unit as one text: the way for PostgreSQL where only
// database/sql is at hand, that is inside a transaction of the host and on
// pools that are not pgx. Values are written into the text by bun's dialect,
// which is safe with standard_conforming_strings=on; the store checks that.
type Joined struct{ Dialect schema.Dialect }

var _ Wire = Joined{}

// guardPrefix opens the message of a guard that touched no row. The number
// behind it is the index of the statement, which a joined text hides.
const guardPrefix = "kontor guard "

// text joins statements. A guarded one becomes a query that fails on a cast
// whose text names its index.
func (j Joined) text(stmts []Stmt, before, after string) (string, error) {
	b := []byte(before)
	for i, s := range stmts {
		if s.Guarded {
			b = append(b, "WITH u AS ("...)
		}
		var err error
		if b, err = j.inline(b, s.Text, s.Args); err != nil {
			return "", err
		}
		if s.Guarded {
			b = append(b, " RETURNING 1) SELECT CASE WHEN count(*) = 0 THEN CAST('"+guardPrefix...)
			b = strconv.AppendInt(b, int64(i), 10)
			b = append(b, " ' || count(*) AS integer) END FROM u"...)
		}
		b = append(b, ";\n"...)
	}
	return string(append(b, after...)), nil
}

// inline writes the arguments into a canonical text.
func (j Joined) inline(b []byte, text string, args []any) ([]byte, error) {
	for i := 0; i < len(text); i++ {
		if text[i] != '$' {
			b = append(b, text[i])
			continue
		}
		n, k := 0, i+1
		for ; k < len(text) && text[k] >= '0' && text[k] <= '9'; k++ {
			n = n*10 + int(text[k]-'0')
		}
		if n < 1 || n > len(args) {
			return nil, fmt.Errorf("unit: no argument for %s", text[i:k])
		}
		var err error
		if b, err = j.literal(b, args[n-1]); err != nil {
			return nil, err
		}
		i = k - 1
	}
	return b, nil
}

func (j Joined) literal(b []byte, a any) ([]byte, error) {
	switch v := a.(type) {
	case nil:
		return append(b, "NULL"...), nil
	case int:
		return j.number(b, int64(v)), nil
	case int64:
		return j.number(b, v), nil
	case bool:
		return strconv.AppendBool(b, v), nil
	case string:
		if strings.ContainsRune(v, 0) {
			return nil, errors.New("unit: NUL in text")
		}
		return j.Dialect.AppendString(b, v), nil
	case []byte:
		return append(append(append(b, `'\x`...), hex.EncodeToString(v)...), `'::bytea`...), nil
	case uuid.UUID:
		return append(append(append(b, '\''), v.String()...), `'::uuid`...), nil
	case []string:
		return list(b, v, func(b []byte, s string) []byte { return j.Dialect.AppendString(b, s) }, "text"), nil
	case []uuid.UUID:
		return list(b, v, func(b []byte, u uuid.UUID) []byte {
			return append(append(append(b, '\''), u.String()...), '\'')
		}, "uuid"), nil
	default:
		return nil, fmt.Errorf("unit: argument of type %T", a)
	}
}

// number writes a negative number in brackets: after a minus sign it would
// open a comment.
func (Joined) number(b []byte, v int64) []byte {
	if v < 0 {
		return append(strconv.AppendInt(append(b, '('), v, 10), ')')
	}
	return strconv.AppendInt(b, v, 10)
}

func list[T any](b []byte, xs []T, one func([]byte, T) []byte, typ string) []byte {
	b = append(b, "ARRAY["...)
	for i, x := range xs {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, x)
	}
	return append(append(b, "]::"+typ...), "[]"...)
}

// blamed finds the statement behind an error of a joined text.
func blamed(err error) (int, error) {
	if err == nil {
		return -1, nil
	}
	_, rest, ok := strings.Cut(err.Error(), guardPrefix)
	if !ok {
		return -1, err
	}
	digits, _, _ := strings.Cut(rest, " ")
	n, convErr := strconv.Atoi(digits)
	if convErr != nil {
		return -1, err
	}
	return n, ErrUntouched
}

// Ship sends one text, which PostgreSQL runs as one transaction.
func (j Joined) Ship(ctx context.Context, conn any, stmts []Stmt, span Span) (int, error) {
	before, after := "", ""
	if span == First {
		before = "BEGIN;\n"
	}
	if span == Last {
		after = "COMMIT"
	}
	text, err := j.text(stmts, before, after)
	if err != nil {
		return -1, err
	}
	i, err := blamed(rawExec(ctx, conn, text))
	if err != nil && span != Whole {
		j.Rollback(ctx, conn)
	}
	return i, err
}

// Rollback ends the transaction.
func (j Joined) Rollback(ctx context.Context, conn any) {
	_ = rawExec(context.WithoutCancel(ctx), conn, "ROLLBACK")
}

func rawExec(ctx context.Context, conn any, text string) error {
	ec, ok := conn.(driver.ExecerContext)
	if !ok {
		return errNoContext(conn)
	}
	_, err := ec.ExecContext(ctx, text, nil)
	return err
}

// Read runs the queries one after the other, values written into the texts.
func (j Joined) Read(ctx context.Context, conn any, queries []Query) error {
	qc, ok := conn.(driver.QueryerContext)
	if !ok {
		return errNoContext(conn)
	}
	for _, q := range queries {
		b, err := j.inline(nil, q.Text, q.Args)
		if err != nil {
			return err
		}
		rows, err := qc.QueryContext(ctx, string(b), nil)
		if err != nil {
			return err
		}
		if err := eachRow(rows, q.Row); err != nil {
			return err
		}
	}
	return nil
}
