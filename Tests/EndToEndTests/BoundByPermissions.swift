import Foundation

/// The command bound by the permissions of files, which do not bind root: as root it loses the right to pass them over,
/// and stays the owner of its files.
func boundByPermissions(_ command: [String]) -> [String] {
  geteuid() == 0 ? ["/usr/bin/setpriv", "--bounding-set=-dac_override,-dac_read_search"] + command : command
}
