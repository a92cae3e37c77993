package io.undertone.trainer.evaluation;

import java.util.Arrays;

/// The linear assignment problem: each row gets a column of its own so that the costs add up to the least. By
/// shortest augmenting paths with potentials (Jonker and Volgenant 1987, without their initialisation); time grows
/// with the third power of the size.
final class Assignment {

    private final double[][] costs; // [size, size]
    private final double[] rowPotential;
    private final double[] columnPotential;
    private final int[] rowOf; // [columns], -1: free
    private final int[] columnOf; // [rows], -1: free

    private Assignment(double[][] costs) {
        int size = costs.length;
        this.costs = costs;
        this.rowPotential = new double[size];
        this.columnPotential = new double[size];
        this.rowOf = new int[size];
        this.columnOf = new int[size];
        Arrays.fill(rowOf, -1);
        Arrays.fill(columnOf, -1);
    }

    /// @param costs `[size, size]`
    static double leastCost(double[][] costs) {
        for (double[] row : costs) {
            if (row.length != costs.length) {
                throw new IllegalArgumentException("costs must have as many columns as rows: " + row.length
                        + " columns, " + costs.length + " rows");
            }
        }
        Assignment assignment = new Assignment(costs);
        double sum = 0;
        for (int row = 0; row < costs.length; row++) {
            assignment.place(row);
        }
        for (int row = 0; row < costs.length; row++) {
            sum += costs[row][assignment.columnOf[row]];
        }
        return sum;
    }

    /// Finds the cheapest way from a row to a free column, by Dijkstra's method on reduced costs, and takes it.
    private void place(int row) {
        int size = costs.length;
        double[] way = new double[size]; // cheapest known way to each column
        int[] before = new int[size]; // the row that it comes from
        boolean[] settled = new boolean[size];
        Arrays.fill(way, Double.POSITIVE_INFINITY);
        int at = row;
        int end = -1;
        double reached = 0;
        while (end < 0) {
            int nearest = -1;
            double base = reached - rowPotential[at];
            for (int column = 0; column < size; column++) {
                if (settled[column]) {
                    continue;
                }
                double through = base + costs[at][column] - columnPotential[column];
                if (through < way[column]) {
                    way[column] = through;
                    before[column] = at;
                }
                if (nearest < 0 || way[column] < way[nearest]) {
                    nearest = column;
                }
            }
            settled[nearest] = true;
            reached = way[nearest];
            if (rowOf[nearest] < 0) {
                end = nearest;
            } else {
                at = rowOf[nearest];
            }
        }
        movePotentials(row, reached, way, settled);
        take(row, end, before);
    }

    private void movePotentials(int row, double reached, double[] way, boolean[] settled) {
        rowPotential[row] += reached;
        for (int column = 0; column < costs.length; column++) {
            if (settled[column] && rowOf[column] >= 0) {
                rowPotential[rowOf[column]] += reached - way[column];
                columnPotential[column] -= reached - way[column];
            }
        }
    }

    private void take(int row, int end, int[] before) {
        int column = end;
        while (column >= 0) {
            int owner = before[column];
            int freed = owner == row ? -1 : columnOf[owner];
            rowOf[column] = owner;
            columnOf[owner] = column;
            column = freed;
        }
    }
}
