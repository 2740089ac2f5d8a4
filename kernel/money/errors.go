package money

import "github.com/kontor-go/kontor/kernel/fault"

// The errors of this package. All are of kind Invalid and name no field,
// because only the caller knows where the input came from: see
// fault.Check.Merge. Test for them with errors.Is.
var (
	// ErrCurrency: two amounts of different currencies, or an amount without
	// one, met in one calculation.
	ErrCurrency = fault.New(fault.Invalid, "currency_mismatch", "Amounts of different currencies cannot be combined.")
	// ErrOverflow: an amount is larger than Limit.
	ErrOverflow = fault.New(fault.Invalid, "amount_overflow", "The amount is too large.")
	// ErrUnknownCurrency: the code names no currency of the table.
	ErrUnknownCurrency = fault.New(fault.Invalid, "currency_unknown", "This is not the code of a currency in use, such as EUR.")
	// ErrSyntax: the text is not an amount.
	ErrSyntax = fault.New(fault.Invalid, "amount_invalid", "An amount such as 19.99 is expected.")
	// ErrPrecision: the text has more decimals than the currency.
	ErrPrecision = fault.New(fault.Invalid, "amount_precision", "The amount has more decimals than its currency.")
	// ErrRate: the rate is no plain decimal number, has too many digits, or
	// makes no sense in this calculation.
	ErrRate = fault.New(fault.Invalid, "rate_invalid", "A rate such as 0.19 is expected.")
	// ErrWeights: the weights are none, negative, or all zero.
	ErrWeights = fault.New(fault.Invalid, "weights_invalid", "The amount cannot be shared over these weights.")
	// ErrPolicy: the text names no rounding mode, scope or residue rule.
	ErrPolicy = fault.New(fault.Invalid, "policy_invalid", "This is not a known rounding rule.")
)

// mismatch is ErrCurrency with the two codes in its text.
func mismatch(a, b Currency) error {
	e := *ErrCurrency
	e.Text = "Amounts in " + a.label() + " and " + b.label() + " cannot be combined."
	return &e
}
