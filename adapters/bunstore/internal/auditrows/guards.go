package auditrows

import "github.com/kontor-go/kontor/adapters/bunstore/internal/unit"

// The triggers that refuse to change what is only added to, less those that are
// there and on.
const (
	missingOnPostgres = `SELECT x.guarded, x.guard FROM (
SELECT 'kontor_posting' AS guarded, 'kontor_posting_stays' AS guard
UNION ALL SELECT 'kontor_payment_log', 'kontor_payment_log_stays'
UNION ALL SELECT 'kontor_movement', 'kontor_movement_stays'
UNION ALL SELECT 'kontor_shipment_happening', 'kontor_shipment_happening_stays') x
WHERE NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = to_regclass(x.guarded) AND t.tgname = x.guard AND t.tgenabled IN ('O', 'A'))
ORDER BY 1, 2`

	missingOnSQLite = `SELECT x.guarded, x.guard FROM (
SELECT 'kontor_posting' AS guarded, 'kontor_posting_update' AS guard UNION ALL SELECT 'kontor_posting', 'kontor_posting_delete'
UNION ALL SELECT 'kontor_payment_log', 'kontor_payment_log_update' UNION ALL SELECT 'kontor_payment_log', 'kontor_payment_log_delete'
UNION ALL SELECT 'kontor_movement', 'kontor_movement_update' UNION ALL SELECT 'kontor_movement', 'kontor_movement_delete'
UNION ALL SELECT 'kontor_shipment_happening', 'kontor_shipment_happening_update'
UNION ALL SELECT 'kontor_shipment_happening', 'kontor_shipment_happening_delete') x
WHERE NOT EXISTS (SELECT 1 FROM sqlite_master m WHERE m.type = 'trigger' AND m.tbl_name = x.guarded AND m.name = x.guard)
ORDER BY 1, 2`
)

// guards finds tables that are only added to and that somebody could change now
// (M18).
func (a EventAuditor) guards(add adder) unit.Query {
	text := missingOnPostgres
	if a.Dialect == unit.SQLite {
		text = missingOnSQLite
	}
	return unit.Query{Text: text, Row: func(r unit.Row) error {
		var guarded, guard string
		err := r.Scan(&guarded, &guard)
		add(guarded, "the trigger %s is gone or off", guard)
		return err
	}}
}
