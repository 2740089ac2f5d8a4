package stripetest

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// form are the parameters of a call. What nobody asks for is unknown.
type form struct {
	values url.Values
	asked  map[string]bool
	wrong  string // the first parameter that cannot be read
}

func newForm(v url.Values) *form { return &form{values: v, asked: map[string]bool{}} }

// text returns a parameter, or nothing.
func (f *form) text(name string) string {
	f.asked[name] = true
	return f.values.Get(name)
}

// number returns a whole number, and whether it was given.
func (f *form) number(name string) (int64, bool) {
	s := f.text(name)
	if s == "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil && f.wrong == "" {
		f.wrong = name
	}
	return n, err == nil
}

// flag returns whether a parameter is true.
func (f *form) flag(name string) bool { return f.text(name) == "true" }

// pairs returns the parameters name[key].
func (f *form) pairs(name string) map[string]string {
	out := map[string]string{}
	for k, v := range f.values {
		if rest, ok := strings.CutPrefix(k, name+"["); ok && strings.HasSuffix(rest, "]") {
			f.asked[k] = true
			out[strings.TrimSuffix(rest, "]")] = v[0]
		}
	}
	return out
}

// expands reports whether a field is to be shown whole.
func (f *form) expands(field string) bool {
	for _, v := range f.pairs("expand") {
		if v == field {
			return true
		}
	}
	return false
}

// unknown returns the first parameter that nobody asked for.
func (f *form) unknown() string {
	f.pairs("expand")
	var names []string
	for k := range f.values {
		if !f.asked[k] {
			names = append(names, k)
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return ""
	}
	return names[0]
}

// check refuses parameters that are unknown or cannot be read.
func (f *form) check() *refusal {
	if name := f.unknown(); name != "" {
		return invalid("parameter_unknown", name, "Received unknown parameter: "+name)
	}
	if f.wrong != "" {
		return invalid("parameter_invalid_integer", f.wrong, "Invalid integer: "+f.values.Get(f.wrong))
	}
	return nil
}
