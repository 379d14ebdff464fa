package dev.vertxoutbox.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A CloudFormation template, with its resources by the path of their construct. */
record Template(JsonNode json) {

    /** The resources of a type, by path within the stack and without the trailing {@code /Resource}. */
    Map<String, JsonNode> all(String type) {
        Map<String, JsonNode> found = new TreeMap<>();
        json.get("Resources").forEach(resource -> {
            if (resource.get("Type").asText().equals(type)) {
                found.put(path(resource), resource);
            }
        });
        return found;
    }

    /** The properties of the only resource of a type. */
    JsonNode only(String type) {
        Map<String, JsonNode> found = all(type);
        if (found.size() != 1) {
            throw new AssertionError("not one " + type + " but " + found.keySet());
        }
        return found.values().iterator().next().get("Properties");
    }

    JsonNode resource(String type, String path) {
        JsonNode resource = all(type).get(path);
        if (resource == null) {
            throw new AssertionError(
                    "no " + type + " at " + path + " but " + all(type).keySet());
        }
        return resource;
    }

    JsonNode properties(String type, String path) {
        return resource(type, path).get("Properties");
    }

    /** The path of the resource with this logical id. */
    String path(String logicalId) {
        return path(json.get("Resources").get(logicalId));
    }

    private static String path(JsonNode resource) {
        String path = resource.path("Metadata").path("aws:cdk:path").asText();
        return path.substring(path.indexOf('/') + 1).replaceAll("/(Resource|Default)$", "");
    }

    /**
     * A value as text: what refers to a resource is its path in braces, in whichever of the two templates it is.
     *
     * @param other where imported values come from
     */
    String text(JsonNode value, Template other) {
        if (value.isTextual()) {
            return value.asText();
        }
        if (value.has("Ref")) {
            String name = value.get("Ref").asText();
            return "{" + (json.get("Resources").has(name) ? path(name) : name) + "}";
        }
        if (value.has("Fn::GetAtt")) {
            return "{" + path(value.get("Fn::GetAtt").get(0).asText()) + "}";
        }
        if (value.has("Fn::ImportValue")) {
            return other.exported(value.get("Fn::ImportValue").asText(), this);
        }
        if (value.has("Fn::Sub")) {
            return value.get("Fn::Sub").asText();
        }
        if (value.has("Fn::Join")) {
            StringBuilder joined = new StringBuilder();
            value.get("Fn::Join").get(1).forEach(part -> joined.append(text(part, other)));
            return joined.toString();
        }
        throw new AssertionError("unreadable: " + value);
    }

    private String exported(String name, Template importer) {
        for (JsonNode output : json.get("Outputs")) {
            if (output.path("Export").path("Name").asText().equals(name)) {
                return text(output.get("Value"), importer);
            }
        }
        throw new AssertionError("not exported: " + name);
    }

    /** The elements of an array, or the value itself where there is one. */
    static List<JsonNode> list(JsonNode value) {
        if (!value.isArray()) {
            return List.of(value);
        }
        List<JsonNode> elements = new ArrayList<>();
        Iterator<JsonNode> all = value.elements();
        all.forEachRemaining(elements::add);
        return elements;
    }
}
