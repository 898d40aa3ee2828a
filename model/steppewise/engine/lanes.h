// Numbers of N worlds at once, one in each lane: what generated code is written in. Every lane computes what plain
// Python computes, to the last bit: + - * /, comparisons, choices, roots, and the bits of a number.
#define INLINE static inline __attribute__((always_inline))
#ifdef __wasm__
#define SHARED static __attribute__((noinline))  // exponentials and logarithms once, so that the file stays small
#else
#define SHARED INLINE
#endif
typedef double doubles __attribute__((vector_size(8 * N)));
typedef long long signs __attribute__((vector_size(8 * N)));
typedef unsigned long long bits __attribute__((vector_size(8 * N)));
typedef unsigned long long word;
typedef __UINTPTR_TYPE__ address;

struct M { signs x; };  // a choice in each lane: all bits or none
struct V {              // a number in each lane
    doubles x;
    V() {}
    V(doubles y) : x(y) {}
    V(double d) : x(d - doubles{}) {}
    V(int d) : V(double(d)) {}
};
struct U {              // a word in each lane
    bits x;
    U(bits y) : x(y) {}
    U(word d) : x(d - bits{}) {}
};
struct Key {
    word first, second;
    word operator[](int i) const { return i ? second : first; }
};
template <class A, class B> struct Two { A a; B b; };
template <class A, class B, class C, class D> struct Four { A a; B b; C c; D d; };
template <class A, class B> INLINE Two<A, B> several(A a, B b) { return {a, b}; }
template <class A, class B, class C, class D> INLINE Four<A, B, C, D> several(A a, B b, C c, D d) { return {a, b, c, d}; }

#define ARITHMETIC(op) INLINE V operator op(V a, V b) { return V(a.x op b.x); }
ARITHMETIC(+) ARITHMETIC(-) ARITHMETIC(*) ARITHMETIC(/)
INLINE V operator-(V a) { return V(-a.x); }
#define COMPARISON(op) INLINE M operator op(V a, V b) { return M{(signs)(a.x op b.x)}; }
COMPARISON(<) COMPARISON(<=) COMPARISON(>) COMPARISON(>=) COMPARISON(==) COMPARISON(!=)
#define ON_WORDS(op) INLINE U operator op(U a, U b) { return U(a.x op b.x); }
ON_WORDS(+) ON_WORDS(*) ON_WORDS(&) ON_WORDS(|) ON_WORDS(^) ON_WORDS(>>) ON_WORDS(<<)

INLINE M both(M a, M b) { return M{a.x & b.x}; }
INLINE bool both(bool a, bool b) { return a && b; }
INLINE M either(M a, M b) { return M{a.x | b.x}; }
INLINE bool either(bool a, bool b) { return a || b; }
INLINE V chosen(M m, V a, V b) { return V(m.x ? a.x : b.x); }
INLINE V chosen(bool c, V a, V b) { return c ? a : b; }
// Plain numbers, the same in all worlds, are as Python has them: a division of whole numbers is none of its own kind.
template <class A, class B> using Both = decltype(A() + B());
INLINE V larger_of(V a, V b) { return V(b.x > a.x ? b.x : a.x); }
INLINE V smaller_of(V a, V b) { return V(b.x < a.x ? b.x : a.x); }
template <class T> INLINE T larger_of(T a, T b) { return b > a ? b : a; }
template <class T> INLINE T smaller_of(T a, T b) { return b < a ? b : a; }
template <class A, class B> INLINE Both<A, B> larger(A a, B b) { return larger_of(Both<A, B>(a), Both<A, B>(b)); }
template <class A, class B> INLINE Both<A, B> smaller(A a, B b) { return smaller_of(Both<A, B>(a), Both<A, B>(b)); }
INLINE double real(int a) { return a; }
INLINE double real(double a) { return a; }
INLINE V real(V a) { return a; }
template <class A, class B> INLINE auto over(A a, B b) { return real(a) / real(b); }
INLINE double magnitude(double a) { return a < 0 ? -a : a; }
INLINE int magnitude(int a) { return a < 0 ? -a : a; }
INLINE V magnitude(V a) { return V((doubles)((bits)a.x & 0x7FFFFFFFFFFFFFFFull)); }

INLINE V mathematics_root(V a) {
#ifdef __clang__
    return V(__builtin_elementwise_sqrt(a.x));
#else
    V r;
    for (int i = 0; i < N; i++) r.x[i] = __builtin_sqrt(a.x[i]);
    return r;
#endif
}
INLINE U mathematics_words(V a) { return U(__builtin_convertvector(a.x, bits)); }
INLINE U mathematics_words(word a) { return U(a); }
INLINE U mathematics_words(int a) { return U((word)a); }
INLINE V mathematics_number(U a) {  // below 2**53, by bits and two subtractions
    bits high = (a.x >> 32) | 0x4530000000000000ull, low = (a.x & 0xFFFFFFFFull) | 0x4330000000000000ull;
    return V(((doubles)high - 19342813118337666422669312.0) + (doubles)low);
}
INLINE Two<U, U> mathematics_multiplied(U a, word factor) {  // from halves, for which processors have vectors
    word high = factor >> 32, low = factor & 0xFFFFFFFFull;
    bits upper = a.x >> 32, rest = a.x & 0xFFFFFFFFull, lowest = rest * low;
    bits middle = rest * high + (lowest >> 32), other = upper * low + (middle & 0xFFFFFFFFull);
    return {U(upper * high + (middle >> 32) + (other >> 32)), U((other << 32) | (lowest & 0xFFFFFFFFull))};
}
INLINE V mathematics_power_of_two(V k) {
    bits b = (bits)(k.x + 6755399441055744.0);
    return V((doubles)((b + 1023) << 52));
}
INLINE Two<V, V> mathematics_split(V x) {
    bits b = (bits)x.x, k = (b + ((1024ull << 52) - 0x3FE6A09E667F3BCDull)) >> 52;  // k + 1024
    doubles whole = (doubles)(k | 0x4330000000000000ull) - (4503599627370496.0 + 1024.0);
    doubles part = (doubles)(b - ((k - 1024) << 52));
    M fine = both(x > V(2.3e-308), x < V(__builtin_inf()));
    return {chosen(fine, V(part), V(__builtin_nan(""))), chosen(fine, V(whole), V(0.0))};
}
