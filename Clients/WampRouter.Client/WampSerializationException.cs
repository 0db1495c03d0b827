namespace WampRouter.Client;

/// <summary>
/// A value does not fit. Given to be sent, it has no form that its receiver could read: its type is none that the serializer writes, or its value none that the connection's
/// format can say; nothing was sent, and the message names the type and says what to do. Received, as a result, in an event or with an error, it is not what it was read as: the message
/// names the procedure or topic, and says what was wanted and what came.
/// </summary>
/// <param name="message">What does not fit, and why.</param>
/// <param name="innerException">What the serializer threw.</param>
public sealed class WampSerializationException(string message, Exception? innerException = null) : Exception(message, innerException);
