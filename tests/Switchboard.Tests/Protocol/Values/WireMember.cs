using System.Reflection;

namespace Switchboard.Tests.Protocol.Values;

/// <summary>A member of a wire type that a caller can set.</summary>
internal sealed record WireMember(PropertyInfo Property, NullabilityInfo Nullability, bool IsRequired);
