"""Parsing and validation: a document in; it, or what is wrong with it as graphql-js 14 words it, out.

graphql-core finds the mistakes, in the words of graphql-js 16. Where only the quotes differ they are changed; the rules
below are those whose sentences or suggestions differ.
"""

from __future__ import annotations

import re

import graphql
from graphql import (
    BooleanValueNode,
    DocumentNode,
    ExecutableDefinitionNode,
    FieldNode,
    FloatValueNode,
    GraphQLEnumType,
    GraphQLError,
    GraphQLInputObjectType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLSchema,
    IntValueNode,
    StringValueNode,
    Visitor,
    get_named_type,
    get_nullable_type,
    is_leaf_type,
    parse,
    print_ast,
    validate,
    visit,
)
from graphql.validation import ASTValidationRule, ValidationRule

from .suggestions import did_you_mean, nearest
from .values import MAX_INT

NO_INTROSPECTION = (
    "GraphQL introspection is not allowed by Apollo Server, but the query contained __schema or __type. "
    "To enable introspection, pass introspection: true to ApolloServer in production"
)


def parsed(text: str) -> DocumentNode:
    """The document that a text is. Raises GraphQLError, in graphql-js 14's words."""
    try:
        document = parse(text)
        visit(document, NoEmptySelections())
        return document
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
    """What is wrong with a document, in graphql-js 14's words; empty for one that may be carried out."""
    rules = RULES if introspection else (*RULES, NoIntrospection)
    return [re.sub(r"'([^']*)'", r'"\1"', error.message) for error in validate(schema, document, rules)]


class NoEmptySelections(Visitor):
    """Newer parsers let them pass."""

    def enter_selection_set(self, node, *_):
        """Raises GraphQLError for `{}`."""
        if not node.selections:
            raise GraphQLError("Syntax Error: Expected Name, found }")


class NoIntrospection(ASTValidationRule):
    """Apollo Server's own rule, in production."""

    def enter_field(self, node: FieldNode, *_):
        """Nobody asks for the schema."""
        if node.name.value in ("__schema", "__type"):
            self.report_error(GraphQLError(NO_INTROSPECTION, node))


class Executable(ASTValidationRule):
    """ExecutableDefinitions: a type's definition in a request."""

    def enter_document(self, node, *_):
        """All definitions are operations or fragments."""
        for each in node.definitions:
            if not isinstance(each, ExecutableDefinitionNode):
                name = each.name.value if getattr(each, "name", None) else "schema"
                self.report_error(GraphQLError(f"The {name} definition is not executable.", each))
        return self.SKIP


class KnownTypes(ValidationRule):
    """KnownTypeNames, with other suggestions."""

    def enter_named_type(self, node, *_):
        """The schema has a type of this name."""
        names = self.context.schema.type_map
        if node.name.value not in names:
            meant = did_you_mean(nearest(node.name.value, names))
            self.report_error(GraphQLError(f'Unknown type "{node.name.value}".{meant}', node))


class KnownFields(ValidationRule):
    """FieldsOnCorrectType, with other suggestions."""

    def enter_field(self, node: FieldNode, *_):
        """The type has a field of this name."""
        of = self.context.get_parent_type()
        if of and not self.context.get_field_def():
            meant = did_you_mean(nearest(node.name.value, getattr(of, "fields", ())))
            message = f'Cannot query field "{node.name.value}" on type "{of.name}".{meant}'
            self.report_error(GraphQLError(message, node))


class KnownArguments(ValidationRule):
    """KnownArgumentNames, with other suggestions."""

    def enter_directive(self, node, *_):
        """The directive has arguments of these names."""
        known = self.context.get_directive()
        if known is None:
            return self.SKIP
        for argument in node.arguments or ():
            if argument.name.value not in known.args:
                meant = did_you_mean(nearest(argument.name.value, known.args))
                message = f'Unknown argument "{argument.name.value}" on directive "@{known.name}".{meant}'
                self.report_error(GraphQLError(message, argument))
        return self.SKIP

    def enter_argument(self, node, *_):
        """The field has an argument of this name."""
        field, of = self.context.get_field_def(), self.context.get_parent_type()
        if self.context.get_argument() or not field or not of:
            return
        name = next((each for each, known in getattr(of, "fields", {}).items() if known is field), "")
        meant = did_you_mean(nearest(node.name.value, field.args))
        message = f'Unknown argument "{node.name.value}" on field "{name}" of type "{of.name}".{meant}'
        self.report_error(GraphQLError(message, node))


class KnownDirectives(graphql.KnownDirectivesRule):
    """KnownDirectives, where a place is called `FIELD` and not `field`."""

    def report_error(self, error):
        """Report the library's error in graphql-js 14's words."""
        message = error.message.replace("'@", "'")
        known, words, place = message.partition(" may not be used on ")
        super().report_error(GraphQLError(known + words + place.replace(" ", "_").upper(), error.nodes))


class RequiredArguments(ValidationRule):
    """ProvidedRequiredArguments, of fields alone."""

    def leave_field(self, node: FieldNode, *_):
        """All arguments are given that have to be."""
        field = self.context.get_field_def()
        given = {argument.name.value for argument in node.arguments or ()}
        for name, argument in field.args.items() if field else ():
            if name not in given and graphql.is_required_argument(argument):
                text = f'Field "{node.name.value}" argument "{name}" of type "{argument.type}" is required, '
                self.report_error(GraphQLError(text + "but it was not provided.", node))


class Values(ValidationRule):
    """ValuesOfCorrectType: literals, and fields of inputs."""

    def enter_null_value(self, node, *_):
        """Null is where it may be."""
        kind = self.context.get_input_type()
        if isinstance(kind, GraphQLNonNull):
            self._bad(node, kind)

    def enter_list_value(self, node, *_):
        """A list is where one is wanted; else it is looked at as a whole."""
        if not isinstance(get_nullable_type(self.context.get_parent_input_type()), GraphQLList):
            self._leaf(node)
            return self.SKIP

    def enter_object_value(self, node, *_):
        """An input has all fields that it has to have."""
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
        """The input knows a field of this name."""
        of = get_named_type(self.context.get_parent_input_type())
        if not self.context.get_input_type() and isinstance(of, GraphQLInputObjectType):
            meant = did_you_mean(nearest(node.name.value, of.fields), quote="")
            text = f'Field "{node.name.value}" is not defined by type {of}.{meant}'
            self.report_error(GraphQLError(text, node))

    def enter_enum_value(self, node, *_):
        """The enumeration has a value of this name."""
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
        wanted = LITERALS.get(kind.name)
        right = is_leaf_type(kind) and not isinstance(kind, GraphQLEnumType)
        if wanted:
            right = isinstance(node, wanted)
            if right and kind.name == "Int":
                right = -MAX_INT <= int(node.value) < MAX_INT
        if not right:
            self._bad(node, location)

    enter_int_value = enter_float_value = enter_string_value = enter_boolean_value = _leaf

    def _bad(self, node, location):
        kind, text = get_named_type(location), print_ast(node)
        names = kind.values if isinstance(kind, GraphQLEnumType) else ()
        meant = did_you_mean(nearest(text, names), quote="", before="the enum value ")
        self.report_error(GraphQLError(f"Expected type {location}, found {text}.{meant}", node))


LITERALS = {
    "Int": (IntValueNode,),
    "Float": (IntValueNode, FloatValueNode),
    "String": (StringValueNode,),
    "Boolean": (BooleanValueNode,),
    "ID": (StringValueNode, IntValueNode),
}
# graphql-js 14's rules in its order, by name, since newer versions of the library have more.
RULES = (
    Executable,
    graphql.UniqueOperationNamesRule,
    graphql.LoneAnonymousOperationRule,
    KnownTypes,
    graphql.FragmentsOnCompositeTypesRule,
    graphql.VariablesAreInputTypesRule,
    graphql.ScalarLeafsRule,
    KnownFields,
    graphql.UniqueFragmentNamesRule,
    graphql.KnownFragmentNamesRule,
    graphql.NoUnusedFragmentsRule,
    graphql.PossibleFragmentSpreadsRule,
    graphql.NoFragmentCyclesRule,
    graphql.UniqueVariableNamesRule,
    graphql.NoUndefinedVariablesRule,
    graphql.NoUnusedVariablesRule,
    KnownDirectives,
    graphql.UniqueDirectivesPerLocationRule,
    KnownArguments,
    graphql.UniqueArgumentNamesRule,
    Values,
    RequiredArguments,
    graphql.VariablesInAllowedPositionRule,
    graphql.OverlappingFieldsCanBeMergedRule,
    graphql.UniqueInputFieldNamesRule,
)
