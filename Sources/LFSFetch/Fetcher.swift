/// The façade (being built).
public struct Fetcher: Sendable {}
