package dev.vertxoutbox.relay;

import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.RandomAccess;

/** A list that grows at its end only, so that it can be read while others add to it, however long it is. */
final class Journal<T> extends AbstractList<T> implements RandomAccess {

    private final List<T> entries = new ArrayList<>();

    @Override
    public synchronized T get(int index) {
        return entries.get(index);
    }

    @Override
    public synchronized int size() {
        return entries.size();
    }

    @Override
    public synchronized boolean add(T entry) {
        return entries.add(entry);
    }

    @Override
    public synchronized void clear() {
        entries.clear();
    }
}
