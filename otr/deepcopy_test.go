// SPDX-License-Identifier: GPL-2.0-or-later

package otr

import (
	"reflect"
	"testing"
	"unsafe"

	"purple-otr/otr/internal/dh"
	"purple-otr/otr/internal/dsa"
)

// deepCopy returns an independent copy of s. This takes microseconds, while a key exchange
// takes milliseconds. Functions, and data that nobody changes (keys, tables), are shared.
func deepCopy(s *Session) *Session {
	c := new(Session)
	copyInto(reflect.ValueOf(c).Elem(), reflect.ValueOf(s).Elem(), map[unsafe.Pointer]reflect.Value{})
	return c
}

// copyInto copies src to dst; both are addressable. seen maps each pointer to its copy, so
// that equal pointers stay equal.
func copyInto(dst, src reflect.Value, seen map[unsafe.Pointer]reflect.Value) {
	switch src.Kind() {
	case reflect.Pointer:
		switch src.Type() {
		case reflect.TypeFor[*PrivateKey](), reflect.TypeFor[*dsa.PublicKey](), reflect.TypeFor[*dh.Base]():
			dst.Set(src)
			return
		}
		if src.IsNil() {
			return
		}
		to, ok := seen[src.UnsafePointer()]
		if !ok {
			to = reflect.New(src.Type().Elem())
			seen[src.UnsafePointer()] = to
			copyInto(to.Elem(), src.Elem(), seen)
		}
		dst.Set(to)
	case reflect.Interface:
		if !src.IsNil() {
			dst.Set(copyOf(src.Elem(), seen))
		}
	case reflect.Map:
		dst.Set(reflect.MakeMapWithSize(src.Type(), src.Len()))
		for _, k := range src.MapKeys() {
			dst.SetMapIndex(k, copyOf(src.MapIndex(k), seen))
		}
	case reflect.Slice:
		if src.IsNil() {
			return
		}
		dst.Set(reflect.MakeSlice(src.Type(), src.Len(), src.Len()))
		for i := range src.Len() {
			copyInto(dst.Index(i), src.Index(i), seen)
		}
	case reflect.Array:
		if k := src.Type().Elem().Kind(); k <= reflect.Complex128 {
			dst.Set(src)
			return
		}
		for i := range src.Len() {
			copyInto(dst.Index(i), src.Index(i), seen)
		}
	case reflect.Struct:
		for i := range src.NumField() {
			copyInto(field(dst, i), field(src, i), seen)
		}
	default:
		dst.Set(src)
	}
}

// copyOf copies v, which may not be addressable.
func copyOf(v reflect.Value, seen map[unsafe.Pointer]reflect.Value) reflect.Value {
	src, dst := reflect.New(v.Type()).Elem(), reflect.New(v.Type()).Elem()
	src.Set(v)
	copyInto(dst, src, seen)
	return dst
}

// field is v's ith field, exported or not.
func field(v reflect.Value, i int) reflect.Value {
	f := v.Field(i)
	return reflect.NewAt(f.Type(), unsafe.Pointer(f.UnsafeAddr())).Elem()
}

// Changing a copy does not change the original session.
func TestDeepCopy(t *testing.T) {
	pr := private(t, AllowV3)
	pr.wantTalk()
	late := only(t, pr.bob.say("late"))
	for range 3 {
		c := deepCopy(pr.alice.Session)
		if out, err := c.Receive(late); err != nil || string(out.Message.Text) != "late" {
			t.Fatalf("%+v, %v", out, err)
		}
		out, err := c.Start()
		if err != nil || len(out.Send) != 1 {
			t.Fatal(err)
		}
		if _, err := c.End(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := deepCopy(pr.alice.Session).Send([]byte("x")); err != nil {
		t.Fatal(err)
	}
	pr.pump()
	pr.wantTalk()
}

func BenchmarkDeepCopy(b *testing.B) {
	s := private(b, AllowV3).alice.Session
	for b.Loop() {
		deepCopy(s)
	}
}
