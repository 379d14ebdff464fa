package dev.vertxoutbox.flight;

import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * A document of plain data: maps, lists and scalars.
 *
 * <p>Read without the library's front door, which needs {@code java.beans} for what is not plain; with that, a Java
 * runtime made for this program would have to have all of {@code java.desktop}.
 */
final class YamlDocument extends SafeConstructor {

    private YamlDocument(String text, LoaderOptions options) {
        super(options);
        setComposer(new Composer(new ParserImpl(new StreamReader(text), options), new Resolver(), options));
    }

    /** The document as what it is at the top; null if it is empty. */
    static @Nullable Object read(String text) {
        return new YamlDocument(text, new LoaderOptions()).getSingleData(Object.class);
    }
}
