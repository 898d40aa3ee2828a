// The entry of the engine: groups of N worlds, one after the other, from their parameters to their end. All that it is
// given stands in a table of whole numbers: addresses, counts and dates; `engine/tables.py` has the same order.
typedef doubles loose __attribute__((aligned(8)));
typedef float floats __attribute__((vector_size(4 * N)));
typedef floats singles __attribute__((aligned(4)));
enum {
    MEMORY, CELLS, ON, PLAN_ROWS, PLAN_TO, KEYS, LOW, HIGH, PARAMETERS, CHANGES, TARGETS, VALUES, NUMBERS, WORLDS,
    POWERS, STATES, EVENTS, YEAR, QUARTER_OF_YEAR, QUARTERS,
    DRAWN, DRAWN_CELLS, DRAWN_OUT, OUTCOMES, OUTCOME_CELLS, OUTCOMES_OUT, OBSERVED, OBSERVED_CELLS, OBSERVED_OUT
};

INLINE void hand_out(const V* memory, const int* cells, long long count, double* out, long long worlds) {
    for (long long i = 0; i < count; i++) *(loose*)(out + i * worlds) = memory[cells[i]].x;
}

INLINE void hand_out(const V* memory, const int* cells, long long count, float* out, long long worlds) {
    for (long long i = 0; i < count; i++) *(singles*)(out + i * worlds) = __builtin_convertvector(memory[cells[i]].x, floats);
}

INLINE void change(World w, const int* targets, long long count, const double* values, long long worlds) {
    for (long long i = 0; i < count; i++) {
        V value(*(const loose*)(values + i * worlds));
        int cell = targets[2 * i];
        w.parameter[cell] = targets[2 * i + 1] ? w.parameter[cell] * value : value;
    }
}

extern "C" __attribute__((visibility("default"))) void run(const long long* given) {
#define AT(kind, place) ((kind*)(address)given[place])
    long long worlds = given[WORLDS];
    int powers = (int)given[POWERS], states = (int)given[STATES], events = (int)given[EVENTS];
    const int* on = AT(const int, ON);
    Plan plan{AT(const int, PLAN_ROWS), AT(const int, PLAN_TO), states};
    Keys keys = keys_at(AT(const Key, KEYS), powers, states, events);
    Ranges ranges{AT(const double, LOW), AT(const double, HIGH)};
    V* memory = AT(V, MEMORY);
    World w = world_at(memory, powers, states, events);
    for (long long r = 0; r < worlds; r += N) {
        int year = (int)given[YEAR], h = (int)given[QUARTER_OF_YEAR];
        for (long long i = 0; i < given[CELLS]; i++) memory[i] = V(0.0);
        w.of_world[0] = V(*(const loose*)(AT(const double, NUMBERS) + r));  // `number` is the first of the state
        opening_draw_parameters(w, ranges, keys, (int)given[PARAMETERS]);
        change(w, AT(const int, TARGETS), given[CHANGES], AT(const double, VALUES) + r, worlds);
        hand_out(memory, AT(const int, DRAWN_CELLS), given[DRAWN], AT(double, DRAWN_OUT) + r, worlds);
        if (given[QUARTERS] == 0) continue;
        opening_begin(w, on, plan, keys, year, h);
        for (long long t = 0; t < given[QUARTERS]; t++) {
            region_quarter(w, on, plan, keys, year, h, t == 0);
            if (given[OBSERVED]) {
                outcomes_observe(w, plan);
                float* out = AT(float, OBSERVED_OUT) + t * given[OBSERVED] * worlds + r;
                hand_out(memory, AT(const int, OBSERVED_CELLS), given[OBSERVED], out, worlds);
            }
            if (++h == 4) h = 0, year++;
        }
        if (!given[OBSERVED]) outcomes_observe(w, plan);
        hand_out(memory, AT(const int, OUTCOME_CELLS), given[OUTCOMES], AT(double, OUTCOMES_OUT) + r, worlds);
    }
}
