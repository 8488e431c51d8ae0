"""Parsing and validation: a document in; it, or what is wrong with it as graphql-js 14 words it, out.

graphql-core finds the mistakes, in the words of graphql-js 16. Where only the quotes differ they are changed; the rules
below are those whose sentences or suggestions differ.
"""

from __future__ import annotations

import re

from graphql import (
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    parse,
    print_ast,
    specified_rules,
    validate,
)
from graphql.validation import (
    ASTValidationRule,
    ExecutableDefinitionsRule,
    FieldsOnCorrectTypeRule,
    KnownArgumentNamesRule,
    KnownDirectivesRule,
    KnownTypeNamesRule,
    ValidationRule,
    ValuesOfCorrectTypeRule,
)

from .suggestions import did_you_mean, nearest

NO_INTROSPECTION = (
    "GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. "
    "To enable introspection, pass introspection: true to ApolloServer in production"
)


def parsed(text: str) -> DocumentNode:
    """Raises GraphQLError, in graphql-js 14's words."""
    try:
        return parse(text)
    except GraphQLError as error:
        message = error.message
        if character := re.search(r"Unexpected character: '?(.+?)'?\.$", message):
            message = f'Syntax Error: Cannot parse the unexpected character "{character[1]}".'
        elif re.search(r"(Expected|Unexpected) ", message):
            # A kind of token with its text is quoted, punctuation is not.
            message = re.sub(r"(Name|Int|Float|String|BlockString) '([^']*)'", r'\1 "\2"', message.rstrip("."))
            message = re.sub(r"'([^'\"]*)'", r"\1", message)
        raise GraphQLError(message) from None


def validation_errors(schema: GraphQLSchema, document: DocumentNode, introspection: bool) -> list[str]:
    rules = RULES if introspection else (*RULES, NoIntrospection)
    return [re.sub(r"'([^']*)'", r'"\1"', error.message) for error in validate(schema, document, rules)]


class NoIntrospection(ASTValidationRule):
    def enter_field(self, node: FieldNode, *_):
        if node.name.value in ("__schema", "__type"):
            self.report_error(GraphQLError(NO_INTROSPECTION, node))


class Executable(ASTValidationRule):
    def enter_document(self, node, *_):
        for each in node.definitions:
            if not isinstance(each, ExecutableDefinitionNode):
                name = each.name.value if getattr(each, "name", None) else "schema"
                self.report_error(GraphQLError(f"The {name} definition is not executable.", each))
        return self.SKIP


class KnownTypes(ValidationRule):
    def enter_named_type(self, node, *_):
        names = self.context.schema.type_map
        if node.name.value not in names:
            meant = did_you_mean(nearest(node.name.value, names))
            self.report_error(GraphQLError(f'Unknown type "{node.name.value}".{meant}', node))


class KnownFields(ValidationRule):
    def enter_field(self, node: FieldNode, *_):
        of = self.context.get_parent_type()
        if of and not self.context.get_field_def():
            meant = did_you_mean(nearest(node.name.value, getattr(of, "fields", ())))
            message = f'Cannot query field "{node.name.value}" on type "{of.name}".{meant}'
            self.report_error(GraphQLError(message, node))


class KnownArguments(ValidationRule):
    def enter_directive(self, node, *_):
        known = self.context.get_directive()
        for argument in node.arguments if known else ():
            if argument.name.value not in known.args:
                meant = did_you_mean(nearest(argument.name.value, known.args))
                message = f'Unknown argument "{argument.name.value}" on directive "@{known.name}".{meant}'
                self.report_error(GraphQLError(message, argument))
        return self.SKIP

    def enter_argument(self, node, *_):
        field, of = self.context.get_field_def(), self.context.get_parent_type()
        if self.context.get_argument() or not field or not of:
            return
        name = next((each for each, known in of.fields.items() if known is field), "")
        meant = did_you_mean(nearest(node.name.value, field.args))
        message = f'Unknown argument "{node.name.value}" on field "{name}" of type "{of.name}".{meant}'
        self.report_error(GraphQLError(message, node))


class KnownDirectives(KnownDirectivesRule):
    def report_error(self, error):
        super().report_error(GraphQLError(error.message.replace("'@", "'"), error.nodes))


class Values(ValidationRule):
    """Literals, and fields of inputs."""

    def enter_null_value(self, node, *_):
        kind = self.context.get_input_type()
        if isinstance(kind, GraphQLNonNull):
            self._bad(node, kind)

    def enter_list_value(self, node, *_):
        if not isinstance(get_nullable_type(self.context.get_parent_input_type()), GraphQLList):
            self._leaf(node)
            return self.SKIP

    def enter_object_value(self, node, *_):
        kind = get_named_type(self.context.get_input_type())
        if not isinstance(kind, GraphQLInputObjectType):
            self._leaf(node)
            return self.SKIP
        given = {field.name.value for field in node.fields}
        for name, field in kind.fields.items():
            if name not in given and isinstance(field.type, GraphQLNonNull):
                text = f"Field {kind}.{name} of required type {field.type} was not provided."
                self.report_error(GraphQLError(text, node))

    def enter_object_field(self, node, *_):
        of = get_named_type(self.context.get_parent_input_type())
        if not self.context.get_input_type() and isinstance(of, GraphQLInputObjectType):
            meant = did_you_mean(nearest(node.name.value, of.fields), quote="")
            text = f'Field "{node.name.value}" is not defined by type {of}.{meant}'
            self.report_error(GraphQLError(text, node))

    def enter_enum_value(self, node, *_):
        kind = get_named_type(self.context.get_input_type())
        if not isinstance(kind, GraphQLEnumType):
            self._leaf(node)
        elif node.value not in kind.values:
            self._bad(node, self.context.get_input_type())

    def _leaf(self, node, *_):
        location = self.context.get_input_type()
        if not location:
            return
        kind = get_named_type(location)
        try:
            if not is_leaf_type(kind) or isinstance(kind, GraphQLEnumType):
                raise GraphQLError("")
            kind.parse_literal(node, None)
        except GraphQLError:
            self._bad(node, location)

    enter_int_value = enter_float_value = enter_string_value = enter_boolean_value = _leaf

    def _bad(self, node, location):
        kind, text = get_named_type(location), print_ast(node)
        names = kind.values if isinstance(kind, GraphQLEnumType) else ()
        meant = did_you_mean(nearest(text, names), quote="", before="the enum value ")
        self.report_error(GraphQLError(f"Expected type {location}, found {text}.{meant}", node))


IN_PLACE_OF = {
    ExecutableDefinitionsRule: Executable,
    KnownTypeNamesRule: KnownTypes,
    FieldsOnCorrectTypeRule: KnownFields,
    KnownArgumentNamesRule: KnownArguments,
    KnownDirectivesRule: KnownDirectives,
    ValuesOfCorrectTypeRule: Values,
}
RULES = tuple(IN_PLACE_OF.get(rule, rule) for rule in specified_rules)
