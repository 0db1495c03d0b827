using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>Reads the values of attributes. What does not compile may hold anything in any place, and is the compiler's to tell.</summary>
internal static class AttributeValues
{
    /// <summary>The first argument of the constructor, if it is text.</summary>
    public static string? Text(this AttributeData? attribute) => attribute?.ConstructorArguments.FirstOrDefault() is { } argument ? argument.Single() as string : null;

    /// <summary>The value of a property; <see langword="null"/>: it is not set.</summary>
    public static object? ValueOf(this AttributeData attribute, string name) => attribute.NamedArguments.FirstOrDefault(argument => argument.Key == name).Value.Single();

    /// <summary>The value of what is no array: an array throws when it is asked for one.</summary>
    public static object? Single(this TypedConstant constant) => constant.Kind is TypedConstantKind.Primitive or TypedConstantKind.Enum ? constant.Value : null;
}
