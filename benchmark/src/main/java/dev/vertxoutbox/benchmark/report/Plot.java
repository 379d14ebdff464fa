package dev.vertxoutbox.benchmark.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.DoubleStream;

/**
 * Series as rows of an SVG: every number is a dot, the median a bar or, if the numbers differ by more than a bar can show, a
 * mark on a logarithmic axis. It follows the colours that the reader prefers.
 */
final class Plot {
    private static final int WIDTH = 780;
    private static final int LEFT = 300;
    private static final int RIGHT = 660;
    private static final int TOP = 34;
    private static final int ROW = 30;

    /** More than that between the medians is not readable on a linear axis. */
    private static final double LINEAR = 40;

    private static final int MOST_DOTS = 120;

    private static final String STYLE = """
            <style>
            text { font: 13px system-ui, sans-serif; fill: #1f2328; }
            .small { font-size: 11px; fill: #59636e; }
            .grid { stroke: #d1d9e0; }
            .bar { fill: #8cb4ff; }
            .dot { fill: #0550ae; fill-opacity: 0.45; }
            .mark { stroke: #0550ae; stroke-width: 3; }
            @media (prefers-color-scheme: dark) {
              text { fill: #f0f6fc; }
              .small { fill: #9198a1; }
              .grid { stroke: #3d444d; }
              .bar { fill: #1f4b8f; }
              .dot { fill: #79c0ff; }
              .mark { stroke: #79c0ff; }
            }
            </style>
            """;

    private final String title;
    private final String unit;
    private final boolean percentiles;
    private final List<Series> series;
    private final boolean logarithmic;
    private final double least;
    private final double most;

    /** @param percentiles to show p50, p90 and p99 in place of each number */
    Plot(String title, String unit, boolean percentiles, List<Series> series) {
        this.title = title;
        this.unit = unit;
        this.percentiles = percentiles;
        this.series = series;
        double top = series.stream()
                .mapToDouble(one -> one.percentile(percentiles ? 99 : 100))
                .max()
                .orElse(1);
        double bottom = series.stream()
                .mapToDouble(Series::median)
                .filter(median -> median > 0)
                .min()
                .orElse(top);
        this.logarithmic = percentiles || top / bottom > LINEAR;
        this.least = logarithmic ? Math.pow(10, Math.floor(Math.log10(bottom))) : 0;
        this.most = logarithmic ? Math.pow(10, Math.ceil(Math.log10(top))) : round(top);
    }

    /** The next number above that divides well by four: 4, 8, 10, 12, 16, 20, 24, 28, 32 … */
    private static double round(double top) {
        double unit = Math.pow(10, Math.floor(Math.log10(top / 4)));
        return DoubleStream.of(1, 2, 2.5, 3, 4, 5, 6, 7, 8, 10)
                .map(step -> step * unit * 4)
                .filter(most -> most >= top)
                .findFirst()
                .orElse(top);
    }

    String svg() {
        int height = TOP + series.size() * ROW + 22;
        StringBuilder svg = new StringBuilder();
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\">\n"
                .formatted(WIDTH, height));
        svg.append("<title>").append(escaped(title)).append("</title>\n").append(STYLE);
        svg.append("<text x=\"8\" y=\"18\">%s (%s)</text>\n".formatted(escaped(title), escaped(unit)));
        grid(svg, height - 20);
        for (int i = 0; i < series.size(); i++) {
            row(svg, series.get(i), TOP + i * ROW);
        }
        return svg.append("</svg>\n").toString();
    }

    private void grid(StringBuilder svg, int bottom) {
        if (logarithmic) {
            for (double value = least; value <= most * 1.001; value *= 10) {
                line(svg, value, bottom);
            }
        } else {
            for (int i = 0; i <= 4; i++) {
                line(svg, most * i / 4, bottom);
            }
        }
    }

    private void line(StringBuilder svg, double value, int bottom) {
        svg.append("<line class=\"grid\" x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\"/>\n"
                .formatted(x(value), TOP - 4, bottom));
        svg.append("<text class=\"small\" text-anchor=\"middle\" x=\"%s\" y=\"%d\">%s</text>\n"
                .formatted(x(value), bottom + 14, Numbers.text(value)));
    }

    private void row(StringBuilder svg, Series one, int y) {
        int middle = y + ROW / 2;
        svg.append("<text text-anchor=\"end\" x=\"%d\" y=\"%d\">%s</text>\n"
                .formatted(LEFT - 10, middle + 5, escaped(one.label())));
        if (!logarithmic) {
            svg.append("<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%s\" height=\"%d\"/>\n"
                    .formatted(LEFT, y + 5, number(position(one.median()) - LEFT), ROW - 10));
        }
        List<Double> dots = percentiles
                ? List.of(one.percentile(90), one.percentile(99))
                : one.values().stream().limit(MOST_DOTS).toList();
        dots.forEach(
                dot -> svg.append("<circle class=\"dot\" cx=\"%s\" cy=\"%d\" r=\"4\"/>\n".formatted(x(dot), middle)));
        svg.append("<line class=\"mark\" x1=\"%1$s\" x2=\"%1$s\" y1=\"%2$d\" y2=\"%3$d\"/>\n"
                .formatted(x(one.median()), y + 5, y + ROW - 5));
        String figure = percentiles
                ? Numbers.text(one.median()) + " … " + Numbers.text(one.percentile(99))
                : Numbers.text(one.median());
        svg.append("<text x=\"%d\" y=\"%d\">%s</text>\n".formatted(RIGHT + 10, middle + 5, figure));
    }

    private String x(double value) {
        return number(position(value));
    }

    private double position(double value) {
        double share =
                logarithmic ? Math.log10(Math.max(value, least) / least) / Math.log10(most / least) : value / most;
        return LEFT + share * (RIGHT - LEFT);
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;");
    }
}
