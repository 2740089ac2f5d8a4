package fault

import "fmt"

// Check collects the offending fields of one input, so that a caller learns
// of all of them at once. The zero value is ready for use; it is not safe for
// concurrent use.
type Check struct {
	fields []Field
}

// Add records that the input at path is wrong.
func (c *Check) Add(path, code, text string) {
	c.fields = append(c.fields, Field{Path: path, Code: code, Text: text})
}

// That records a field unless ok, and returns ok.
func (c *Check) That(ok bool, path, code, text string) bool {
	if !ok {
		c.Add(path, code, text)
	}
	return ok
}

// Range records a field unless lo <= v <= hi.
func (c *Check) Range(path string, v, lo, hi int64) bool {
	return c.That(v >= lo && v <= hi, path, "out_of_range", fmt.Sprintf("must be between %d and %d", lo, hi))
}

// Err returns nil if nothing was recorded, and else an Invalid error with the
// given code that names all fields in the order they were recorded.
func (c *Check) Err(code string) error {
	if len(c.fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Code: code, Text: "The input is not valid.", Fields: c.fields}
}

// Merge records the fields of err under path, which may be empty. An err
// without fields is recorded as one field.
func (c *Check) Merge(path string, err error) {
	if err == nil {
		return
	}
	f := Of(err)
	if len(f.Fields) == 0 {
		c.Add(path, f.Code, f.Text)
		return
	}
	for _, x := range f.Fields {
		p := path
		switch {
		case path == "":
			p = x.Path
		case x.Path != "":
			p = path + "." + x.Path
		}
		c.Add(p, x.Code, x.Text)
	}
}

// StaleVersion is the code of the Conflict error for a version that is no
// longer current.
const StaleVersion = "stale_version"

// Stale returns the error for a write that expected another version.
func Stale(what string, want, have int) *Error {
	return Newf(Conflict, StaleVersion, "The %s was changed meanwhile: expected version %d, found %d.", what, want, have)
}

// Missing returns the NotFound error of a thing; what is a noun such as "cart".
func Missing(what string) *Error {
	return Newf(NotFound, what+"_not_found", "There is no such %s.", what)
}
