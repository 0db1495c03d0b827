namespace WampRouter.Delivery;

/// <summary>Says whether a receiver still wants the frame that is about to be enqueued. Read under the receiver's own lock.</summary>
internal interface IDeliveryGate
{
    bool IsOpen { get; }
}
