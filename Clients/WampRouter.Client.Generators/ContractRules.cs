using Microsoft.CodeAnalysis;

namespace WampRouter.Client.Generators;

/// <summary>What an interface with <c>[WampContract]</c> must keep to. Each has a row in Clients/WampRouter.Client/README.md.</summary>
internal static class ContractRules
{
    public static readonly DiagnosticDescriptor NotPartial = Rule(1, "The interface must be partial", "'{0}' must be partial: the rest of the contract is written by a generator");
    public static readonly DiagnosticDescriptor OutOfReach = Rule(2, "The interface must be in reach and not generic", "'{0}' cannot be a contract, because it {1}");
    public static readonly DiagnosticDescriptor NoMethod = Rule(3, "The interface has no methods", "'{0}' has no method with [WampProcedure] or [WampTopic]");
    public static readonly DiagnosticDescriptor NotAMethod = Rule(4, "A contract has methods only", "'{0}' cannot be in a contract: {1}");
    public static readonly DiagnosticDescriptor NoAttribute = Rule(5, "A method needs one attribute", "'{0}' needs [WampProcedure] or [WampTopic], and only one of them");
    public static readonly DiagnosticDescriptor GenericMethod = Rule(6, "A method cannot be generic", "'{0}' cannot be generic: the other side has no type arguments");
    public static readonly DiagnosticDescriptor ByReference = Rule(7, "A parameter cannot be ref, in or out", "Parameter '{0}' cannot be passed by reference to another process");
    public static readonly DiagnosticDescriptor ReturnType = Rule(8, "The return type does not fit", "'{0}' cannot return '{1}': {2}");
    public static readonly DiagnosticDescriptor ParameterType = Rule(9, "The type of a parameter does not fit", "Parameter '{0}' of '{1}' cannot be '{2}': {3}");
    public static readonly DiagnosticDescriptor Twice = Rule(10, "There are two of what there can be one", "'{0}' has two parameters of type '{1}'");
    public static readonly DiagnosticDescriptor PiecesAlone = Rule(11, "Arguments in pieces come alone", "'{0}' takes its arguments in pieces by '{1}' and cannot have the argument '{2}' besides: make it part of the pieces");
    public static readonly DiagnosticDescriptor InvalidUri = Rule(12, "The URI is none", "'{0}' is no URI for '{1}': {2}");
    public static readonly DiagnosticDescriptor SameUri = Rule(13, "A URI is there twice", "'{0}' and '{1}' have the same URI '{2}'");
    public static readonly DiagnosticDescriptor SameName = Rule(14, "A named argument is there twice", "'{0}' has two arguments named '{1}'");
    public static readonly DiagnosticDescriptor NoTuple = Rule(15, "SpreadResult needs a tuple", "'{0}' has SpreadResult and must return a tuple of two items or more, not '{1}'");
    public static readonly DiagnosticDescriptor OutOfRange = Rule(16, "A number is out of range", "{1} of '{0}' must be at least {2}");
    public static readonly DiagnosticDescriptor SameSignature = Rule(17, "Two methods are the same", "'{0}' and another method of '{1}' have the same parameters here: give one of them another name");
    public static readonly DiagnosticDescriptor ReservedName = Rule(18, "The name is the generator's", "'{0}' has the name of a member that is generated: give it another one");
    public static readonly DiagnosticDescriptor NoSuchValue = Rule(19, "The value is none of its enum", "{1} of '{0}' cannot be {2}: it is one of {3}");
    public static readonly DiagnosticDescriptor NoName = Rule(20, "A named argument needs a name", "The argument of parameter '{0}' has an empty name: give it one, or leave it out to have the parameter's");

    private static DiagnosticDescriptor Rule(int number, string title, string message) =>
        new($"WAMP{number:000}", title, message, "WampContract", DiagnosticSeverity.Error, isEnabledByDefault: true);
}
